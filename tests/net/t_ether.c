/* SPDX-License-Identifier: BSD-2-Clause */
/* Ethernet as its drivers and those on top of it see it. */

#include "../kern/t_kern.h"
#include "nettest.h"

#define INSIDE(name, descr)                                                    \
	TEST(name, descr)                                                      \
	{                                                                      \
		RZ(rump_init());                                               \
		REQ(rump_nettest_##name(), 0);                                 \
	}

INSIDE(ether_hooks, "frames for virtual LANs, PPPoE and slow protocols")
INSIDE(ether_reattach, "an interface leaves its Ethernet and has another")
INSIDE(ether_owner, "who frees a packet that goes no further")
INSIDE(vlan_mtu, "longer frames while there are virtual LANs")
INSIDE(clone_locks, "cloners and the lock of kernel configuration")

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, ether_hooks);
	ATF_TP_ADD_TC(tp, ether_reattach);
	ATF_TP_ADD_TC(tp, ether_owner);
	ATF_TP_ADD_TC(tp, vlan_mtu);
	ATF_TP_ADD_TC(tp, clone_locks);
	return atf_no_error();
}
