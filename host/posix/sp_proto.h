/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The remote system call protocol, version 0.4, for both ends.
 *
 * A connection begins with the server's banner, a line of text.  Then frames:
 * a header and a body, in the byte order and word size of both ends.  Either
 * end numbers its own requests.  While the client waits for a system call the
 * server may ask it to read and write its memory.
 */

#ifndef SP_PROTO_H
#define SP_PROTO_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#define SP_HIDDEN __attribute__((__visibility__("hidden")))

#define SP_MAJOR      0
#define SP_MINOR      4
#define SP_BANNER_MAX 96

enum sp_class {
	SP_REQ,
	SP_RESP,
	SP_ERROR
};

enum sp_type {
	SP_HANDSHAKE,
	SP_SYSCALL,
	SP_COPYIN,
	SP_COPYINSTR,
	SP_COPYOUT,
	SP_COPYOUTSTR,
	SP_ANONMMAP,
	SP_PREFORK,
	SP_RAISE
};

enum sp_handshake {
	SP_GUEST,
	SP_AUTH,
	SP_FORK,
	SP_EXEC
};

enum sp_error {
	SP_ERR_NONE,
	SP_ERR_TRYAGAIN,
	SP_ERR_AUTH,
	SP_ERR_INVALID_PREFORK,
	SP_ERR_RFORK_FAILED,
	SP_ERR_INEXEC,
	SP_ERR_NOMEM,
	SP_ERR_MALFORMED_REQUEST
};

struct sp_hdr {
	uint64_t h_len;   /* with the header */
	uint64_t h_reqno; /* of the request, also in what answers it */
	uint16_t h_class;
	uint16_t h_type;
	uint32_t h_arg; /* system call, error, handshake or signal */
};

_Static_assert(sizeof(struct sp_hdr) == 24, "the header has 24 bytes");

#define SP_AUTH_WORDS 4

struct sp_fork {
	uint32_t f_auth[SP_AUTH_WORDS];
	int32_t f_cancel;
};

struct sp_sysresp {
	int32_t s_error;
	long s_retval[2];
};

/* COPYIN, COPYINSTR; and with the data behind it, COPYOUT and COPYOUTSTR */
struct sp_copy {
	size_t c_len;
	void *c_addr;
};

/* bodies that the server takes; longer ones are not of this protocol */
#define SP_HANDSHAKE_MAX 4096
#define SP_SYSCALL_MAX   512

/* A parsed URL: where to connect or to listen. */
struct sp_address {
	union {
		struct sockaddr sa;
		struct sockaddr_un un;
		struct sockaddr_in in;
	} a_addr;
	socklen_t a_len;
	char a_path[sizeof(((struct sockaddr_un *)0)->sun_path)]; /* or "" */
};

/*
 * sp_common.c; results are host errnos.  server: "*" and port 0 will do.
 */
#define sp_address_parse rumpuser__sp_address_parse
#define sp_address_url   rumpuser__sp_address_url
#define sp_socket        rumpuser__sp_socket
#define sp_socket_setup  rumpuser__sp_socket_setup
int sp_address_parse(const char *, int, struct sp_address *) SP_HIDDEN;
int sp_address_url(const struct sp_address *, char *, size_t) SP_HIDDEN;
int sp_socket(const struct sp_address *, int *) SP_HIDDEN;
void sp_socket_setup(const struct sp_address *, int) SP_HIDDEN;

#endif /* SP_PROTO_H */
