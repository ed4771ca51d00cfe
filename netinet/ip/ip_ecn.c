/* SPDX-License-Identifier: BSD-2-Clause */
/* Congestion notification through tunnels (RFC 3168 section 9.1). */
#include <sys/param.h>
#include <sys/systm.h>

#include <netinet/in.h>
#include <netinet/in_systm.h>
#include <netinet/ip.h>
#include <netinet/ip_ecn.h>

void
ip_ecn_ingress(int mode, uint8_t *outer, const uint8_t *inner)
{
	*outer = *inner;
	if (mode == ECN_NOCARE)
		return;
	if (mode == ECN_FORBIDDEN)
		*outer &= (uint8_t)~IPTOS_ECN_MASK;
	else if ((*inner & IPTOS_ECN_MASK) == IPTOS_ECN_CE)
		/* what happens in the tunnel is to be seen at its end */
		*outer = (uint8_t)((*outer & ~IPTOS_ECN_MASK) | IPTOS_ECN_ECT0);
}

void
ip_ecn_egress(int mode, const uint8_t *outer, uint8_t *inner)
{
	if (mode == ECN_ALLOWED && (*outer & IPTOS_ECN_MASK) == IPTOS_ECN_CE &&
	    (*inner & IPTOS_ECN_MASK) != IPTOS_ECN_NOTECT)
		*inner |= IPTOS_ECN_CE;
}
