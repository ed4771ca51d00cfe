/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * readimage IMAGE: mounts a disk image and prints the file "greeting" of it.
 * pkg-config: rumpfs_ffs
 * prints: made by makefs(8)
 */
#include <errno.h>
#include <stdio.h>

#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>
#include <rump/rumperr.h>

int
main(int argc, char **argv)
{
	struct rump_ufs_args args = {.fspec = "/disk"};
	char text[128];
	ssize_t n;
	int error, fd;

	if (argc != 2)
		return 2;
	rump_init();
	error = rump_pub_etfs_register("/disk", argv[1], RUMP_ETFS_BLK);
	if (error != 0) {
		fprintf(stderr, "%s: %s\n", argv[1], rump_strerror(error));
		return 1;
	}
	rump_sys_mkdir("/mnt", 0755);
	if (rump_sys_mount(RUMP_MOUNT_FFS, "/mnt", RUMP_MNT_RDONLY, &args,
		sizeof(args)) == -1) {
		fprintf(stderr, "mount: %s\n", rump_strerror(errno));
		return 1;
	}
	fd = rump_sys_open("/mnt/greeting", RUMP_O_RDONLY);
	n = rump_sys_read(fd, text, sizeof(text));
	fwrite(text, 1, n > 0 ? (size_t)n : 0, stdout);
	rump_sys_reboot(0, NULL);
	return n > 0 ? 0 : 1;
}
