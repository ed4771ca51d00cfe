/* SPDX-License-Identifier: BSD-2-Clause */
/* fss(4) while threads change the file system, and while its store is stuck. */
#include "../vfs/testfs/testfs.h"
#include "t_fss.h"

/*
 * Snapshots while all threads work: sound, with what was done before and
 * nothing half done, the same each time that it is read.
 */
static void
under_load(const char *store, bool empty, int rounds)
{
	struct load_mark before, after;
	int fd;

	load_start("/mnt");
	for (int i = 0; i < rounds; i++) {
		if (empty)
			make_store(store, 0);
		load_run(100);
		load_before(&before);
		fd = set("/dev/rfss0", store, 0, 0);
		load_after(&after);
		mount_snap("/dev/fss0");
		load_verify("/snap", &before, &after);
		load_run(100 + i % 3 * 200);
		load_verify("/snap", &before, &after);
		RL(rump_sys_unmount("/snap", 0));
		dump(fd, "dump.img");
		check_mounted_image("dump.img");
		load_run(200);
		dump(fd, "again.img");
		same_files("dump.img", "again.img");
		RL(rump_sys_ioctl(fd, FSSIOCCLR));
		RL(rump_sys_close(fd));
	}
	load_stop();
}

ATF_TC(load);
ATF_TC_HEAD(load, tc)
{
	atf_tc_set_md_var(tc, "descr", "snapshots under load");
	atf_tc_set_md_var(tc, "timeout", "300");
}
ATF_TC_BODY(load, tc)
{
	start();
	under_load("/store", true, 12);
	finish();
}

ATF_TC(load_stores);
ATF_TC_HEAD(load_stores, tc)
{
	atf_tc_set_md_var(tc, "descr",
	    "the same with stores on FFS, tmpfs, a host's file, a raw device, "
	    "and clusters of other sizes");
	atf_tc_set_md_var(tc, "timeout", "300");
}
ATF_TC_BODY(load_stores, tc)
{
	struct load_mark before, after;
	const char *stores[] = {
	    "/two/store", "/tmp/store", "/hostfile", "/dev/rraw"};
	const int sizes[] = {0, 1, 5000, 8192, 300000, 1 << 30};
	struct fss_get fsg;
	int fd;

	start();
	mount_two();
	mount_tmpfs("/tmp", 0);
	make_store("/tmp/store", 20 << 20);
	RZ(system("truncate -s 20m raw.img && truncate -s 20m host.file"));
	RZ(rump_pub_etfs_register("/hostfile", "host.file", RUMP_ETFS_REG));
	RZ(rump_pub_etfs_register("/dev/rraw", "raw.img", RUMP_ETFS_CHR));
	load_start("/mnt");
	for (int i = 0; i < 6; i++) {
		make_store("/two/store", 0);
		load_run(50);
		load_before(&before);
		fd = set("/dev/rfss0", stores[i % 4], sizes[i], 0);
		load_after(&after);
		RL(rump_sys_ioctl(fd, FSSIOCGET, &fsg));
		ATF_CHECK(fsg.fsg_csize >= 4096 && fsg.fsg_csize <= 1 << 20);
		ATF_CHECK((fsg.fsg_csize & (fsg.fsg_csize - 1)) == 0);
		load_run(300);
		mount_snap("/dev/fss0");
		load_verify("/snap", &before, &after);
		RL(rump_sys_unmount("/snap", 0));
		dump(fd, "dump.img");
		check_mounted_image("dump.img");
		RL(rump_sys_ioctl(fd, FSSIOCCLR));
		RL(rump_sys_close(fd));
	}
	load_stop();
	RL(rump_sys_unmount("/two", 0));
	finish();
}

TEST(load_short, "the same while vnodes and memory are short")
{
	setenv("RUMP_NVNODES", "24", 1);
	setenv("RUMP_MEMLIMIT", "12m", 1);
	start();
	RZ(system("truncate -s 20m host.file"));
	RZ(rump_pub_etfs_register("/hostfile", "host.file", RUMP_ETFS_REG));
	under_load("/hostfile", false, 5);
	finish();
}

TEST(equal, "the device is the image, byte for byte, as it was")
{
	int fd;

	start();
	load_start("/mnt");
	for (int i = 0; i < 6; i++) {
		make_store("/store", 0);
		load_run(200);
		/* not synced, but nothing changes while it is copied */
		load_pause();
		fd = set("/dev/rfss0", "/store", i % 2 ? 8192 : 0, 0);
		RZ(system("cp " IMAGE " copy.img"));
		load_continue();
		check_mounted_image("copy.img");
		load_run(50 << i);
		dump(fd, "dump.img");
		same_files("dump.img", "copy.img");
		RL(rump_sys_ioctl(fd, FSSIOCCLR));
		RL(rump_sys_close(fd));
	}
	load_stop();
	finish();
}

static _Atomic bool stop_reading;

static void *
reader(void *arg)
{
	char buf[4096];
	unsigned seed = 1;
	int fd;

	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	while (!stop_reading) {
		RL(fd = rump_sys_open(arg, RUMP_O_RDONLY));
		for (int i = 0; i < 50; i++) {
			seed = seed * 1664525u + 1013904223u;
			if (rump_sys_pread(fd, buf, sizeof(buf),
				(off_t)(seed >> 8) % (IMAGE_SIZE / 512) *
				    512) == -1)
				REQ(errno, RUMP_ENXIO);
		}
		RL(rump_sys_close(fd));
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

ATF_TC(setclear);
ATF_TC_HEAD(setclear, tc)
{
	atf_tc_set_md_var(
	    tc, "descr", "again and again, two units, under load");
	atf_tc_set_md_var(tc, "timeout", "300");
}
ATF_TC_BODY(setclear, tc)
{
	pthread_t td[2];
	int fd0, fd1;

	setenv("RUMP_MEMLIMIT", "32m", 1); /* what leaks comes to a halt */
	start();
	load_start("/mnt");
	RZ(pthread_create(
	    &td[0], NULL, reader, (void *)(uintptr_t) "/dev/rfss0"));
	RZ(pthread_create(
	    &td[1], NULL, reader, (void *)(uintptr_t) "/dev/rfss1"));
	for (int i = 0; i < 60; i++) {
		make_store("/store0", 0);
		make_store("/store1", 0);
		fd0 = set("/dev/rfss0", "/store0", 0, FSS_UNCONFIG_ON_CLOSE);
		fd1 = set("/dev/rfss1", "/store1", i % 2 ? 4096 : 0, 0);
		if (i % 4 == 0)
			load_run(20);
		RL(rump_sys_ioctl(fd0, FSSIOCCLR));
		RL(rump_sys_ioctl(fd1, FSSIOCCLR));
		RL(rump_sys_close(fd0));
		RL(rump_sys_close(fd1));
	}
	stop_reading = true;
	for (int i = 0; i < 2; i++)
		RZ(pthread_join(td[i], NULL));
	load_stop();
	finish();
}

ATF_TC(stall);
ATF_TC_HEAD(stall, tc)
{
	atf_tc_set_md_var(tc, "descr",
	    "a store that takes nothing for long loses the snapshot");
	atf_tc_set_md_var(tc, "timeout", "180");
}
ATF_TC_BODY(stall, tc)
{
	int fd;

	start();
	mount_two();
	make_store("/two/store", 0);
	fd = set("/dev/rfss0", "/two/store", 0, 0);
	RZ(rumptest_fstrans_suspend("/two"));
	load_start("/mnt");
	require_lost(fd);
	load_run(100);
	RZ(rumptest_fstrans_resume("/two"));
	load_stop();
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/two", 0));
	finish();
}

ATF_TC(stall_memory);
ATF_TC_HEAD(stall_memory, tc)
{
	atf_tc_set_md_var(tc, "descr",
	    "the same when memory is full of what can't be written");
	atf_tc_set_md_var(tc, "timeout", "180");
}
ATF_TC_BODY(stall_memory, tc)
{
	static char data[65536];
	time_t began;
	int fd, big;

	setenv("RUMP_MEMLIMIT", "8m", 1);
	start();
	mount_two();
	make_store("/two/store", 0);
	RL(big = rump_sys_open("/mnt/big", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	for (int i = 0; i < 215; i++)
		REQ(rump_sys_write(big, data, sizeof(data)), sizeof(data));
	RL(rump_sys_fsync(big));
	fd = set("/dev/rfss0", "/two/store", 0, 0);
	RZ(rumptest_fstrans_suspend("/two"));
	began = time(NULL);
	/* every other page, so that nothing is written behind */
	for (off_t off = 0; off < 215 * 65536; off += 8192)
		REQ(rump_sys_pwrite(big, data, 4096, off), 4096);
	require_lost(fd);
	/* from when pages could not be written, not from the next sync on */
	ATF_CHECK(time(NULL) < began + 50);
	RZ(rumptest_fstrans_resume("/two"));
	RL(rump_sys_close(big));
	RL(rump_sys_ioctl(fd, FSSIOCCLR));
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/two", 0));
	finish();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, load);
	ATF_TP_ADD_TC(tp, load_stores);
	ATF_TP_ADD_TC(tp, load_short);
	ATF_TP_ADD_TC(tp, equal);
	ATF_TP_ADD_TC(tp, setclear);
	ATF_TP_ADD_TC(tp, stall);
	ATF_TP_ADD_TC(tp, stall_memory);
	return atf_no_error();
}
