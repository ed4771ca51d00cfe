/* SPDX-License-Identifier: BSD-2-Clause */
/* pft: a packet filter, with a table of addresses that it blocks. */

#ifndef _PFT_H_
#define _PFT_H_

#include <sys/types.h>

struct pft_counts {
	u_int pc_in, pc_out; /* packets that the first hook saw */
	u_int pc_blocked;
	u_int pc_tagged; /* on their way out, by the first hook */
	u_int pc_found;  /* whose tag the second hook found */
	u_int pc_rewritten;
	u_int pc_order;            /* incoming packets that came to the second
				  hook after the first one */
	u_int pc_arrived, pc_left; /* interfaces */
	u_int pc_addresses;        /* events of addresses */
};
extern struct pft_counts pft_counts;

int pft_attach(void);
int pft_detach(void);

/* The table: prefixes of IPv4 addresses, in network order. */
void pft_table_init(void);
void pft_table_fini(void);
int pft_table_add(uint32_t, u_int);
int pft_table_remove(uint32_t, u_int);
bool pft_table_match(uint32_t);
u_int pft_table_count(void);

void pft_test_shape(void);
void pft_test_copies(void);
void pft_test_writable(void);
void pft_test_storage(void);
void pft_test_tags(void);
void pft_test_table(void);
void pft_test_heads(void);
void pft_test_events(void);
void pft_test_fragments(void);
void pft_test_ids(void);
void pft_test_layouts(void);

#endif /* _PFT_H_ */
