/* SPDX-License-Identifier: BSD-2-Clause */
/* Local sockets that are bound to files. */

#include "t_net.h"

TEST(bind, "a name in the file system")
{
	struct rump_sockaddr_un sun = t_sun("/sock"), other = t_sun("/dir/s");
	struct rump_stat st;
	int l, c, a, f;
	char b;

	RZ(rump_init());
	RL(l = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_STREAM, 0));
	REQ(rump_sys_bind(l, SA(&other), sizeof(other)), -1);
	REQ(errno, RUMP_ENOENT);
	RL(rump_sys_bind(l, SA(&sun), sizeof(sun)));
	RL(rump_sys_listen(l, 5));
	RL(rump_sys_stat("/sock", (void *)&st));
	REQ(st.st_mode & 0170000, 0140000);
	RL(c = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_STREAM, 0));
	REQ(rump_sys_bind(c, SA(&sun), sizeof(sun)), -1);
	REQ(errno, RUMP_EADDRINUSE);
	RL(rump_sys_connect(c, SA(&sun), sizeof(sun)));
	RL(a = rump_sys_accept(l, NULL, NULL));
	REQ(rump_sys_write(c, "x", 1), 1);
	REQ(rump_sys_read(a, &b, 1), 1);
	RL(rump_sys_close(l));
	/* the name stays, and nobody is behind it */
	RL(rump_sys_close(c));
	RL(c = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_STREAM, 0));
	REQ(rump_sys_connect(c, SA(&sun), sizeof(sun)), -1);
	REQ(errno, RUMP_ECONNREFUSED);
	RL(rump_sys_unlink("/sock"));
	REQ(rump_sys_connect(c, SA(&sun), sizeof(sun)), -1);
	REQ(errno, RUMP_ENOENT);
	RL(f = rump_sys_open("/file", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	sun = t_sun("/file");
	REQ(rump_sys_connect(c, SA(&sun), sizeof(sun)), -1);
	REQ(errno, RUMP_ENOTSOCK);
	REQ(rump_sys_open("/none/at/all", 0, 0), -1);
	RL(rump_sys_close(f));
}

TEST(unlinked, "a name that is removed while it is bound")
{
	struct rump_sockaddr_un sun = t_sun("/dg");
	int s, c;
	char b;

	RZ(rump_init());
	RL(s = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_DGRAM, 0));
	RL(rump_sys_bind(s, SA(&sun), sizeof(sun)));
	RL(c = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_DGRAM, 0));
	RL(rump_sys_connect(c, SA(&sun), sizeof(sun)));
	RL(rump_sys_unlink("/dg"));
	REQ(rump_sys_write(c, "x", 1), 1);
	REQ(rump_sys_read(s, &b, 1), 1);
	RL(rump_sys_close(s));
	REQ(rump_sys_write(c, "x", 1), -1);
}

TEST(open_fails, "a socket cannot be opened")
{
	struct rump_sockaddr_un sun = t_sun("/s");
	int s;

	RZ(rump_init());
	RL(s = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_DGRAM, 0));
	RL(rump_sys_bind(s, SA(&sun), sizeof(sun)));
	REQ(rump_sys_open("/s", RUMP_O_RDWR, 0), -1);
	REQ(errno, RUMP_EOPNOTSUPP);
}

static _Atomic bool race_ends;

/* A name whose socket comes and goes. */
static void *
come_and_go(void *arg)
{
	struct rump_sockaddr_un sun = t_sun("/race");
	int s;

	rump_pub_lwproc_newlwp(1);
	while (!race_ends) {
		RL(s = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_DGRAM, 0));
		RL(rump_sys_bind(s, SA(&sun), sizeof(sun)));
		RL(rump_sys_close(s));
		RL(rump_sys_unlink("/race"));
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

TEST(race, "datagrams to one who closes at that moment")
{
	struct rump_sockaddr_un sun = t_sun("/race");
	int s, sent = 0, refused = 0;
	double t0;
	pthread_t t;

	setenv("RUMP_NCPU", "2", 1);
	RZ(rump_init());
	RL(s = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_DGRAM, 0));
	RZ(pthread_create(&t, NULL, come_and_go, NULL));
	for (t0 = t_now(); t_now() - t0 < 3;) {
		if (rump_sys_sendto(s, "x", 1, 0, SA(&sun), sizeof(sun)) == 1)
			sent++;
		else if (errno == RUMP_ECONNREFUSED)
			refused++;
		else if (errno != RUMP_ECONNRESET && errno != RUMP_ENOENT &&
		    errno != RUMP_ENOBUFS)
			atf_tc_fail("sendto: error %d", errno);
	}
	race_ends = true;
	pthread_join(t, NULL);
	ATF_REQUIRE_MSG(sent > 0, "none of %d arrived", refused);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, bind);
	ATF_TP_ADD_TC(tp, unlinked);
	ATF_TP_ADD_TC(tp, open_fails);
	ATF_TP_ADD_TC(tp, race);
	return atf_no_error();
}
