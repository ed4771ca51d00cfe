/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests that run inside of the kernel: pages, buffers, requests, queues. Each
 * returns 0, or the number of the line where something was not as it should
 * be.
 *
 * linfs: a file system whose only file, "data", is the device it is mounted
 * on, with every block a hole until it is written. It goes by genfs.
 *
 * For both worlds: who includes it has uint64_t.
 */
#ifndef IOTEST_H
#define IOTEST_H

int rumptest_radix(unsigned seed, int rounds);
int rumptest_aobj(void);
int rumptest_pagewait(void);
int rumptest_page_range(const char *path);

int rumptest_buf_readwrite(const char *dev);
int rumptest_buf_delayed(const char *dev);
int rumptest_buf_flags(const char *dev);
int rumptest_buf_inval(const char *dev);
int rumptest_buf_alloc(const char *dev);
int rumptest_buf_wait(const char *dev);
int rumptest_buf_error(const char *dev);
int rumptest_buf_many(const char *dev, int nblocks);
int rumptest_nestiobuf(const char *dev);
int rumptest_bufq(const char *strategy);
int rumptest_disksize(const char *dev, uint64_t bytes);
int rumptest_ioctls(const char *dev);

int rumptest_wapbl(const char *mnt, const char *dev, int rounds);
int rumptest_wapbl_full(const char *mnt, const char *dev);

int rumptest_unicode(void);
int rumptest_devnodes(void);

struct linfs_args {
	char *fspec;
	int bshift;  /* of a block */
	int present; /* blocks are there from the start */
};

/* of linfs since it was mounted */
struct linfs_counts {
	int reads, writes; /* requests to the device */
	uint64_t readbytes, writtenbytes;
	int allocs;            /* gop_alloc calls */
	int maxread, maxwrite; /* largest request */
	int bmaps, unlocked;   /* VOP_BMAP; without the node's lock */
};
void rumptest_linfs_counts(struct linfs_counts *);
int rumptest_drop_pages(const char *path);
/* this block of the file can't be found from now on; -1: all can */
void rumptest_linfs_bad(int64_t block);

#endif /* !IOTEST_H */
