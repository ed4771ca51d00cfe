/* SPDX-License-Identifier: BSD-2-Clause */
/* Media of an interface: the list, the choice, the two ioctls. */
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_media.h>

void
ifmedia_init(struct ifmedia *ifm, int dontcare_mask, ifm_change_cb_t change,
    ifm_stat_cb_t status)
{
	TAILQ_INIT(&ifm->ifm_list);
	ifm->ifm_cur = NULL;
	ifm->ifm_media = IFM_NONE;
	ifm->ifm_mask = dontcare_mask;
	ifm->ifm_change = change;
	ifm->ifm_status = status;
}

int
ifmedia_change(struct ifmedia *ifm, struct ifnet *ifp)
{
	if (ifm->ifm_change == NULL)
		return -1;
	return (*ifm->ifm_change)(ifp);
}

void
ifmedia_add(struct ifmedia *ifm, int mword, int data, void *aux)
{
	struct ifmedia_entry *ife;

	ife = kmem_zalloc(sizeof(*ife), KM_SLEEP);
	ife->ifm_media = mword;
	ife->ifm_data = data;
	ife->ifm_aux = aux;
	TAILQ_INSERT_TAIL(&ifm->ifm_list, ife, ifm_list);
}

void
ifmedia_list_add(struct ifmedia *ifm, struct ifmedia_entry *lp, int count)
{
	for (; count > 0; count--, lp++)
		ifmedia_add(ifm, lp->ifm_media, lp->ifm_data, lp->ifm_aux);
}

struct ifmedia_entry *
ifmedia_match(struct ifmedia *ifm, u_int target, u_int mask)
{
	struct ifmedia_entry *ife;

	mask = ~mask;
	TAILQ_FOREACH(ife, &ifm->ifm_list, ifm_list)
		if ((ife->ifm_media & mask) == (target & mask))
			return ife;
	return NULL;
}

/* Choose a medium that was added; an unknown one becomes "none". */
void
ifmedia_set(struct ifmedia *ifm, int target)
{
	struct ifmedia_entry *match;

	match = ifmedia_match(ifm, target, ifm->ifm_mask);
	if (match == NULL) {
		ifmedia_add(ifm, target, 0, NULL);
		match = ifmedia_match(ifm, target, ifm->ifm_mask);
	}
	ifm->ifm_cur = match;
}

void
ifmedia_delete_instance(struct ifmedia *ifm, u_int inst)
{
	struct ifmedia_entry *ife, *next;

	TAILQ_FOREACH_SAFE(ife, &ifm->ifm_list, ifm_list, next) {
		if (inst == IFM_INST_ANY || inst == IFM_INST(ife->ifm_media)) {
			TAILQ_REMOVE(&ifm->ifm_list, ife, ifm_list);
			if (ifm->ifm_cur == ife)
				ifm->ifm_cur = NULL;
			kmem_free(ife, sizeof(*ife));
		}
	}
}

void
ifmedia_removeall(struct ifmedia *ifm)
{
	ifmedia_delete_instance(ifm, IFM_INST_ANY);
}

static int
ifmedia_ioctl_set(struct ifnet *ifp, struct ifmedia *ifm, u_int newmedia)
{
	struct ifmedia_entry *match, *oldentry;
	u_int oldmedia;
	int error;

	match = ifmedia_match(ifm, newmedia, ifm->ifm_mask);
	if (match == NULL)
		return EINVAL;
	if (match == ifm->ifm_cur && newmedia == ifm->ifm_media &&
	    IFM_SUBTYPE(newmedia) != IFM_AUTO)
		return 0;
	oldentry = ifm->ifm_cur;
	oldmedia = ifm->ifm_media;
	ifm->ifm_cur = match;
	ifm->ifm_media = newmedia;
	error = ifmedia_change(ifm, ifp);
	if (error != 0) {
		ifm->ifm_cur = oldentry;
		ifm->ifm_media = oldmedia;
	}
	return error;
}

static int
ifmedia_ioctl_get(
    struct ifnet *ifp, struct ifmedia *ifm, struct ifmediareq *ifmr)
{
	struct ifmedia_entry *ife;
	int count = 0, room, error = 0;

	if (ifmr->ifm_count < 0)
		return EINVAL;
	room = ifmr->ifm_count;
	ifmr->ifm_active = ifmr->ifm_current =
	    ifm->ifm_cur != NULL ? (int)ifm->ifm_cur->ifm_media : IFM_NONE;
	ifmr->ifm_mask = ifm->ifm_mask;
	ifmr->ifm_status = 0;
	if (ifm->ifm_status != NULL)
		(*ifm->ifm_status)(ifp, ifmr);
	TAILQ_FOREACH(ife, &ifm->ifm_list, ifm_list) {
		if (count < room && error == 0)
			error = copyout(&ife->ifm_media,
			    &ifmr->ifm_ulist[count], sizeof(int));
		count++;
	}
	if (error == 0 && room != 0 && count > room)
		error = E2BIG;
	ifmr->ifm_count = count;
	return error;
}

int
ifmedia_ioctl(
    struct ifnet *ifp, struct ifreq *ifr, struct ifmedia *ifm, u_long cmd)
{
	if (ifp == NULL || ifr == NULL || ifm == NULL)
		return EINVAL;
	switch (cmd) {
	case SIOCSIFMEDIA:
		return ifmedia_ioctl_set(ifp, ifm, ifr->ifr_media);
	case SIOCGIFMEDIA:
		return ifmedia_ioctl_get(ifp, ifm, (struct ifmediareq *)ifr);
	default:
		return EINVAL;
	}
}

uint64_t
ifmedia_baudrate(int mword)
{
	switch (IFM_SUBTYPE(mword)) {
	case IFM_10_T:
	case IFM_10_2:
	case IFM_10_5:
		return 10000000ULL;
	case IFM_100_TX:
	case IFM_100_FX:
		return 100000000ULL;
	case IFM_1000_T:
	case IFM_1000_SX:
	case IFM_1000_LX:
	case IFM_1000_CX:
		return 1000000000ULL;
	case IFM_10G_LR:
	case IFM_10G_SR:
	case IFM_10G_T:
		return 10000000000ULL;
	default:
		return 0;
	}
}
