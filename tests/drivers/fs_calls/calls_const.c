/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers that clients, disks or other parts of the kernel agree on, and the
 * words of cdefs(9), types(9) and KASSERT(9).
 */
#include <sys/param.h>

#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/inttypes.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/systm.h>
#include <sys/unistd.h>
#include <sys/vnode.h>

#include <lib/libkern/libkern.h>
#include <miscfs/genfs/genfs_node.h>
#include <uvm/uvm_extern.h>

#include "calls.h"
#include "ktest.h"

__KERNEL_RCSID(0, "$calls$");

void
calls_errno(void)
{
	static const struct {
		int is, should;
	} e[] = {
	    {EPERM, 1},
	    {ENOENT, 2},
	    {ESRCH, 3},
	    {EIO, 5},
	    {ENXIO, 6},
	    {E2BIG, 7},
	    {EBADF, 9},
	    {EDEADLK, 11},
	    {ENOMEM, 12},
	    {EACCES, 13},
	    {EFAULT, 14},
	    {ENOTBLK, 15},
	    {EBUSY, 16},
	    {EEXIST, 17},
	    {EXDEV, 18},
	    {ENODEV, 19},
	    {ENOTDIR, 20},
	    {EISDIR, 21},
	    {EINVAL, 22},
	    {ENOTTY, 25},
	    {EFBIG, 27},
	    {ENOSPC, 28},
	    {EROFS, 30},
	    {EMLINK, 31},
	    {EAGAIN, 35},
	    {EWOULDBLOCK, 35},
	    {EOPNOTSUPP, 45},
	    {ENAMETOOLONG, 63},
	    {ENOTEMPTY, 66},
	    {EDQUOT, 69},
	    {ESTALE, 70},
	    {EFTYPE, 79},
	    {ENOTSUP, 86},
	    {ENODATA, 89},
	    {EJUSTRETURN, -2},
	    {EPASSTHROUGH, -4},
	};

	for (unsigned int i = 0; i < __arraycount(e); i++)
		KEQ(e[i].is, e[i].should);
}

static void
stat_modes(void)
{
	KEQ(S_IFMT, 0170000);
	KEQ(S_IFIFO, 0010000);
	KEQ(S_IFCHR, 0020000);
	KEQ(S_IFDIR, 0040000);
	KEQ(S_IFBLK, 0060000);
	KEQ(S_IFREG, 0100000);
	KEQ(S_IFLNK, 0120000);
	KEQ(S_IFSOCK, 0140000);
	K(S_ISDIR(S_IFDIR | 0755) && !S_ISDIR(S_IFBLK | 0755));
	KEQ(S_IRWXU, 0700);
	KEQ(S_IRUSR | S_IWUSR | S_IXUSR, S_IRWXU);
	KEQ(S_IRWXG, 0070);
	KEQ(S_IRGRP | S_IWGRP | S_IXGRP, S_IRWXG);
	KEQ(S_IRWXO, 0007);
	KEQ(S_IROTH | S_IWOTH | S_IXOTH, S_IRWXO);
	K(S_IWUSR == 0200 && S_IWGRP == 020 && S_IWOTH == 2);
	K(S_IRUSR == 0400 && S_IRGRP == 040 && S_IROTH == 4);
	KEQ(S_ISUID, 04000);
	KEQ(S_ISGID, 02000);
	KEQ(S_ISVTX, 01000);
	KEQ(S_ISTXT, S_ISVTX);
	KEQ(ACCESSPERMS, 0777);
	KEQ(ALLPERMS, 07777);
	KEQ(S_ARCH1, 0200000);
}

void
calls_stat(void)
{
	stat_modes();
	KEQ(UF_SETTABLE, 0x0000ffff);
	KEQ(SF_SETTABLE, 0xffff0000);
	KEQ(UF_IMMUTABLE, 0x2);
	KEQ(UF_APPEND, 0x4);
	KEQ(UF_OPAQUE, 0x8);
	KEQ(SF_ARCHIVED, 0x10000);
	KEQ(SF_IMMUTABLE, 0x20000);
	KEQ(SF_APPEND, 0x40000);
	KEQ(SF_SNAPSHOT, 0x200000);
	KEQ(SF_LOG, 0x400000);
	KEQ(SF_SNAPINVAL, 0x800000);
	KEQ(APPEND, UF_APPEND | SF_APPEND);
	KEQ(IMMUTABLE, UF_IMMUTABLE | SF_IMMUTABLE);
	KEQ(_PC_LINK_MAX, 1);
	KEQ(_PC_NAME_MAX, 4);
	KEQ(_PC_PATH_MAX, 5);
	KEQ(_PC_PIPE_BUF, 6);
	KEQ(_PC_CHOWN_RESTRICTED, 7);
	KEQ(_PC_NO_TRUNC, 8);
	KEQ(_PC_VDISABLE, 9);
	KEQ(_PC_SYNC_IO, 10);
	KEQ(_PC_FILESIZEBITS, 11);
	KEQ(_PC_SYMLINK_MAX, 12);
	KEQ(_PC_2_SYMLINKS, 13);
	KEQ((unsigned char)_POSIX_VDISABLE, 0xff);
}

#define SIGNED(t) ((t)-1 < (t)1)
#define TYPE(t, size, sign)                                                    \
	do {                                                                   \
		KEQ(sizeof(t), size);                                          \
		K(SIGNED(t) == (sign));                                        \
	} while (0)

static void
types_sizes(void)
{
	TYPE(int8_t, 1, true);
	TYPE(int16_t, 2, true);
	TYPE(int32_t, 4, true);
	TYPE(int64_t, 8, true);
	TYPE(uint8_t, 1, false);
	TYPE(uint16_t, 2, false);
	TYPE(uint32_t, 4, false);
	TYPE(uint64_t, 8, false);
	TYPE(u_int8_t, 1, false);
	TYPE(u_int16_t, 2, false);
	TYPE(u_int32_t, 4, false);
	TYPE(u_int64_t, 8, false);
	TYPE(u_char, 1, false);
	TYPE(u_short, 2, false);
	TYPE(ushort, 2, false);
	TYPE(u_int, 4, false);
	TYPE(uint, 4, false);
	TYPE(u_long, sizeof(long), false);
	TYPE(ulong, sizeof(long), false);
	TYPE(u_quad_t, 8, false);
	TYPE(intptr_t, sizeof(void *), true);
	TYPE(uintptr_t, sizeof(void *), false);
	TYPE(intmax_t, 8, true);
	TYPE(uintmax_t, 8, false);
	TYPE(size_t, sizeof(void *), false);
	TYPE(ssize_t, sizeof(void *), true);
	TYPE(off_t, 8, true);
	TYPE(daddr_t, 8, true);
	TYPE(dev_t, 8, false);
	TYPE(ino_t, 8, false);
	TYPE(mode_t, 4, false);
	TYPE(nlink_t, 4, false);
	TYPE(uid_t, 4, false);
	TYPE(gid_t, 4, false);
	TYPE(id_t, 4, false);
	TYPE(time_t, 8, true);
	TYPE(fsfilcnt_t, 8, false);
	TYPE(register_t, sizeof(long), true);
	TYPE(vaddr_t, sizeof(void *), false);
	TYPE(vsize_t, sizeof(void *), false);
	TYPE(psize_t, sizeof(void *), false);
	TYPE(voff_t, 8, true);
}

void
calls_types(void)
{
	bool b = 256;

	types_sizes();
	K(b == true && !b == false && true == 1 && false == 0);
	K(NULL == (void *)0);
	KEQ(CHAR_BIT, 8);
	KEQ(INT_MAX, 2147483647);
	KEQ(UINT_MAX, 4294967295u);
	KEQ(INT32_MAX, 2147483647);
	KEQ(UINT16_MAX, 65535);
	KEQ(UINT64_MAX + 1, 0);
	KEQ(UQUAD_MAX + 1, 0);
	KEQ(NAME_MAX, 511);
	KEQ(PATH_MAX, 1024);
	KEQ(LINK_MAX, 32767);
	KEQ(PIPE_BUF, 512);
	/* open(2), and what it becomes in the kernel */
	K(O_RDWR == 2 && O_APPEND == 8 && O_CREAT == 0x200 && O_EXCL == 0x800);
	KEQ(FFLAGS(O_RDWR), FREAD | FWRITE);
	K(FREAD == 1 && FWRITE == 2);
	K((FKIOCTL & (O_RDWR | O_APPEND | O_CREAT | O_EXCL)) == 0);
}

static void
mount_numbers(void)
{
	KEQ(MNT_RDONLY, 0x1);
	KEQ(MNT_SYNCHRONOUS, 0x2);
	KEQ(MNT_ASYNC, 0x40);
	KEQ(MNT_LOCAL, 0x1000);
	KEQ(MNT_QUOTA, 0x2000);
	KEQ(MNT_UPDATE, 0x10000);
	KEQ(MNT_RELATIME, 0x20000);
	KEQ(MNT_RELOAD, 0x40000);
	KEQ(MNT_FORCE, 0x80000);
	KEQ(MNT_GETARGS, 0x400000);
	KEQ(MNT_DISCARD, 0x800000);
	KEQ(MNT_EXTATTR, 0x1000000);
	KEQ(MNT_LOG, 0x2000000);
	KEQ(MNT_NOATIME, 0x4000000);
	KEQ(MNT_NODEVMTIME, 0x40000000);
	KEQ((unsigned int)MNT_SOFTDEP, 0x80000000u);
	KEQ(MNT_WAIT, 1);
	KEQ(MNT_LAZY, 3);
	KEQ(MNAMELEN, 90);
}

/* Flags of one word, which a file system can tell apart. */
static void
distinct(const char *what, const unsigned int *f, unsigned int n)
{
	unsigned int all = 0;

	for (unsigned int i = 0; i < n; i++) {
		if (f[i] == 0 || (all & f[i]) != 0)
			KTEST_FAIL("%s: %u of them, 0x%x", what, i, f[i]);
		all |= f[i];
	}
}

#define DISTINCT(what, ...)                                                    \
	do {                                                                   \
		static const unsigned int f_[] = {__VA_ARGS__};                \
		distinct(what, f_, __arraycount(f_));                          \
	} while (0)

void
calls_mount(void)
{
	mount_numbers();
	KSTR(MOUNT_ADOSFS, "adosfs");
	KSTR(MOUNT_CD9660, "cd9660");
	KSTR(MOUNT_EFS, "efs");
	KSTR(MOUNT_EXT2FS, "ext2fs");
	KSTR(MOUNT_FFS, "ffs");
	KSTR(MOUNT_FILECORE, "filecore");
	KSTR(MOUNT_HFS, "hfs");
	KSTR(MOUNT_MSDOS, "msdos");
	KSTR(MOUNT_NILFS, "nilfs");
	KSTR(MOUNT_NTFS, "ntfs");
	KSTR(MOUNT_SYSVBFS, "sysvbfs");
	KSTR(MOUNT_TMPFS, "tmpfs");
	KSTR(MOUNT_UDF, "udf");
	KSTR(MOUNT_V7FS, "v7fs");
	K(makefstype(MOUNT_FFS) == makefstype("ffs"));
	K(makefstype(MOUNT_FFS) != makefstype(MOUNT_MSDOS));
	/* vnode(9): clients see types and tags (fstat, kernel memory) */
	K(VNON == 0 && VREG == 1 && VDIR == 2 && VBLK == 3 && VCHR == 4);
	K(VLNK == 5 && VSOCK == 6 && VFIFO == 7 && VBAD == 8);
	K(VT_UFS == 1 && VT_MSDOSFS == 4 && VT_ISOFS == 14);
	K(VT_ADOSFS == 16 && VT_EXT2FS == 17 && VT_FILECORE == 19);
	K(VT_NTFS == 20 && VT_TMPFS == 25 && VT_UDF == 26);
	K(VT_SYSVBFS == 27 && VT_HFS == 29 && VT_EFS == 30);
	K(VT_NILFS == 33 && VT_V7FS == 34);
	K(desiredvnodes > 0);
	K(NOTE_DELETE == 1 && NOTE_WRITE == 2 && NOTE_EXTEND == 4);
	K(NOTE_ATTRIB == 8 && NOTE_LINK == 16 && NOTE_RENAME == 32);
	DISTINCT("genfs times", GOP_UPDATE_ACCESSED, GOP_UPDATE_MODIFIED);
	DISTINCT("updates", UPDATE_WAIT, UPDATE_DIROP, UPDATE_CLOSE);
	DISTINCT("fsync", FSYNC_WAIT, FSYNC_DATAONLY, FSYNC_LAZY, FSYNC_NOLOG,
	    FSYNC_CACHE);
	DISTINCT("io", IO_UNIT, IO_APPEND, IO_SYNC, IO_NODELOCKED, IO_DIRECT,
	    IO_JOURNALLOCKED, IO_ALTSEMANTICS);
	DISTINCT("vflag", VV_ROOT, VV_SYSTEM, VV_MAPPED, VV_LOCKSWORK);
	DISTINCT(
	    "imnt", IMNT_WANTRDWR, IMNT_DTYPE, IMNT_MPSAFE, IMNT_CAN_RWTORO);
	DISTINCT("pgo", PGO_CLEANIT, PGO_SYNCIO, PGO_DEACTIVATE, PGO_FREE,
	    PGO_ALLPAGES, PGO_JOURNALLOCKED, PGO_LOCKED, PGO_PASTEOF,
	    PGO_NOBLOCKALLOC, PGO_NOTIMESTAMP, PGO_GLOCKHELD, PGO_LAZY);
	DISTINCT("cn", ISLASTCN, ISDOTDOT, ISWHITEOUT, DOWHITEOUT);
	DISTINCT("namei", FOLLOW, LOCKLEAF, LOCKPARENT, REQUIREDIR);
	KEQ(FOLLOW & ~MODMASK, 0);
	KEQ((LOCKLEAF | LOCKPARENT) & ~MODMASK, 0);
}

struct odd {
	uint8_t o_one;
	uint32_t o_two;
} __packed;

__BEGIN_DECLS
int odd_prototype __P((int, char));
__END_DECLS

int
odd_prototype(int a, char b __unused)
{
	return a + 1;
}

void
calls_cdefs(void)
{
	static const int three[3];
	int unused_but_told;

	KEQ(sizeof(struct odd), 5);
	KEQ(__arraycount(three), 3);
	K(__predict_true(2) && !__predict_false(0));
	K(__predict_true(1) == 1 && __predict_false(1) == 1);
	KEQ(odd_prototype(4, 'x'), 5);
	unused_but_told = 3;
	__USE(unused_but_told);
#if !__GNUC_PREREQ__(3, 0) || __GNUC_PREREQ__(200, 0)
	K(!"__GNUC_PREREQ__");
#endif
#ifndef _KERNEL
	K(!"_KERNEL");
#endif
	/* options come by -D: the recipe has this one */
	KEQ(KTEST_OPTION, 7);
}

CTASSERT(sizeof(struct odd) == 5);
__CTASSERT(sizeof(uint32_t) == 4);

void
calls_assert(void)
{
	int n __diagused = 0;

	KASSERT(n == 0);
	assert(n == 0);
	KDASSERT(n == 0);
	KDASSERTMSG(n == 0, "n is %d", n);
}

void
calls_assert_dies(void)
{
	volatile int n = 3;

	KASSERT(n == 4);
}

void
calls_panic(void)
{
	panic("calls: %s %d", "the end of", 1);
}
