/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of cgd(4) share. */
#ifndef T_CGD_H
#define T_CGD_H

#include "cgdtest.h"
#include "t_dev.h"

struct cgd_ioctl {
	const char *ci_disk;
	int ci_flags;
	int ci_unit;
	size_t ci_size;
	const char *ci_alg;
	const char *ci_ivmethod;
	size_t ci_keylen;
	const char *ci_key;
	size_t ci_blocksize;
};
struct cgd_user {
	int cgu_unit;
	uint64_t cgu_dev;
	char cgu_alg[32];
	size_t cgu_blocksize;
	int cgu_mode;
	int cgu_keylen;
};
#define CGDIOCSET     RUMP__IOWR('F', 18, struct cgd_ioctl)
#define CGDIOCCLR     RUMP__IOW('F', 19, struct cgd_ioctl)
#define CGDIOCGET     RUMP__IOWR('F', 20, struct cgd_user)
#define DIOCCACHESYNC RUMP__IOW('d', 118, int)

/* vnd(4) and md(4), for disks below */
struct vnd_ioctl {
	char *vnd_file;
	int vnd_flags;
	uint32_t vng_secsize, vng_nsectors, vng_ntracks, vng_ncylinders;
	unsigned int vnd_osize;
	uint64_t vnd_size;
};
#define VNDIOCSET      RUMP__IOWR('F', 0, struct vnd_ioctl)
#define VNDIOCCLR      RUMP__IOW('F', 1, struct vnd_ioctl)
#define VNDIOF_HASGEOM 0x01
struct md_conf {
	void *md_addr;
	size_t md_size;
	int md_type;
};
#define MD_SETCONF        RUMP__IOW('r', 1, struct md_conf)
#define MD_KMEM_ALLOCATED 2

#define RAWDEV   "/dev/rcgd0" RAW
#define BLOCKDEV "/dev/cgd0" RAW
#define DISK     "/dev/disk"
#define KEY                                                                    \
	"\x8f\x3a\x01\xd2\x00\xff\x10\x77\x42\x9c\xe5\x6b\x28\xb4\x0d\xf1"     \
	"\x99\x53\xaa\x1e\x06\xc8\x7d\x34\xe0\x4b\x92\x5f\xbc\x21\x83\xd6"     \
	"\x19\x70\xcd\x02\x8a\x45\xfe\x37\x61\xb9\x0c\xd8\x2e\xa4\x57\x13"     \
	"\x9e\x48\xf6\x0b\xc3\x7a\x25\xed"

static inline struct cgd_ioctl
conf(const char *disk, const char *alg, size_t bits, const char *iv)
{
	struct cgd_ioctl ci = {.ci_disk = disk,
	    .ci_alg = alg,
	    .ci_ivmethod = iv,
	    .ci_keylen = bits,
	    .ci_key = KEY,
	    .ci_blocksize = (size_t)-1};

	return ci;
}

static inline int
set(int fd, const char *disk, const char *alg, size_t bits, const char *iv)
{
	struct cgd_ioctl ci = conf(disk, alg, bits, iv);

	return rump_sys_ioctl(fd, CGDIOCSET, &ci);
}

static inline int
clr(int fd)
{
	struct cgd_ioctl ci;

	memset(&ci, 0x5a, sizeof(ci)); /* nothing of it counts */
	return rump_sys_ioctl(fd, CGDIOCCLR, &ci);
}

/* A host file of that size, of bytes that tell where they are. */
static inline void
make_disk(const char *path, size_t size)
{
	uint32_t sector[128];
	FILE *f;

	ATF_REQUIRE((f = fopen(path, "w")) != NULL);
	for (size_t i = 0; i < size / 512; i++) {
		for (size_t j = 0; j < 128; j++)
			sector[j] = (uint32_t)(i * 2654435761u + j);
		ATF_REQUIRE(fwrite(sector, 512, 1, f) == 1);
	}
	RZ(fclose(f));
}

static inline void
attach(const char *key, const char *path)
{
	RZ(rump_pub_etfs_register(key, path, RUMP_ETFS_BLK));
}

static inline char *
slurp(const char *path, size_t *sizep)
{
	struct stat st;
	char *mem;
	FILE *f;

	ATF_REQUIRE((f = fopen(path, "r")) != NULL);
	RZ(fstat(fileno(f), &st));
	ATF_REQUIRE((mem = malloc((size_t)st.st_size)) != NULL);
	ATF_REQUIRE(fread(mem, (size_t)st.st_size, 1, f) == 1);
	fclose(f);
	*sizep = (size_t)st.st_size;
	return mem;
}

/* cgdcrypt.py: another program's ciphers. */
static inline void
cgdcrypt(const char *way, const char *alg, size_t bits, int passes, int secsize,
    const char *in, const char *out)
{
	static const char script[] = TEST_SRCDIR "/dev/cgdcrypt.py";
	static const char *const pythons[] = {"python3", "/usr/bin/python3"};
	char cmd[1024], hex[2 * sizeof(KEY)];
	const char *python = NULL;

	for (int i = 0; i < 2 && python == NULL; i++) {
		snprintf(cmd, sizeof(cmd), "%s %s check 2>/dev/null",
		    pythons[i], script);
		if (system(cmd) == 0)
			python = pythons[i];
	}
	if (python == NULL)
		atf_tc_skip("needs python3-cryptography");
	for (size_t i = 0; i < bits / 8; i++)
		sprintf(hex + 2 * i, "%02x", (uint8_t)KEY[i]);
	snprintf(cmd, sizeof(cmd), "%s %s %s %s %s %d %d %s %s", python, script,
	    way, alg, hex, passes, secsize, in, out);
	RZ(system(cmd));
}

#endif
