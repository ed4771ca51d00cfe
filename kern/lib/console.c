/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * printf(9), log(9), aprint(9): text to the host's console and to the message
 * buffer.
 *
 * A message is formatted into a line buffer and given to the host by
 * rumpuser_dprintf() in one piece, so that messages of different threads do not
 * mix within a line.  The message buffer is a ring; its words are only advisory
 * when two CPUs print at once, which may mix text but never leaves the ring.
 */

#include <lib/libkern/libkern.h>
#include <sys/atomic.h>
#include <sys/device.h>
#include <sys/kprintf.h>
#include <sys/msgbuf.h>
#include <sys/param.h>
#include <sys/reboot.h>
#include <sys/syslog.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump/rumpuser.h>

#include "printf_impl.h"

#define LINEBUF      240
#define MSGBUF_BYTES 16384

int log_open; /* somebody reads /dev/klog */
int msgbufenabled;
struct kern_msgbuf *msgbufp;

static struct {
	struct kern_msgbuf head;
	char data[MSGBUF_BYTES];
} msgbuf = {
    .head = {.msg_magic = MSG_MAGIC, .msg_bufs = MSGBUF_BYTES},
};

static volatile unsigned int aprint_errors;

struct line {
	struct kprintf_sink sink;
	size_t len;
	char text[LINEBUF];
};

static void
msgbuf_add(const char *s, size_t n)
{
	struct kern_msgbuf *m = &msgbuf.head;
	long x = m->msg_bufx, r = m->msg_bufr;

	while (n-- != 0) {
		m->msg_bufc[x] = *s++;
		if (++x >= m->msg_bufs)
			x = 0;
		if (x == r && ++r >= m->msg_bufs)
			r = 0;
	}
	m->msg_bufx = x;
	m->msg_bufr = r;
	msgbufp = m;
	msgbufenabled = 1;
}

static void
line_flush(struct line *l)
{
	if (l->len == 0)
		return;
	if (l->sink.ks_flags & TOLOG)
		msgbuf_add(l->text, l->len);
	/* not rumpuser_putchar(), which may be another stream, in its own order */
	if (l->sink.ks_flags & (TOCONS | TOTTY))
		rumpuser_dprintf("%.*s", (int)l->len, l->text);
	l->len = 0;
}

static void
line_put(struct kprintf_sink *k, const char *s, size_t n)
{
	struct line *l = k->ks_arg;

	while (n != 0) {
		size_t m = LINEBUF - l->len;

		if (m == 0) {
			line_flush(l);
			continue;
		}
		if (m > n)
			m = n;
		memcpy(l->text + l->len, s, m);
		l->len += m;
		s += m;
		n -= m;
	}
}

static void
line_init(struct line *l, int flags)
{
	l->sink.ks_put = line_put;
	l->sink.ks_arg = l;
	l->sink.ks_flags = flags;
	l->sink.ks_total = 0;
	l->len = 0;
}

int
kprintf(const char *fmt, int oflags, void *vp, char *sbuf, va_list ap)
{
	struct line l;

	if (oflags & TOBUFONLY) {
		/* vp is the end of the buffer, or NULL */
		size_t size =
		    vp == NULL ? INT_MAX : (size_t)(*(char **)vp - sbuf) + 1;

		return vsnprintf(sbuf, size, fmt, ap);
	}
	line_init(&l, oflags);
	kprintf_format(&l.sink, fmt, ap);
	line_flush(&l);
	return (int)l.sink.ks_total;
}

void
kprintf_lock(void)
{
}

void
kprintf_unlock(void)
{
}

void
kprintf_init(void)
{
}

bool
kprintf_inited(void)
{
	return true;
}

void
initmsgbuf(void *buf, size_t size)
{
}

void
loginit(void)
{
}

void
logputchar(int c)
{
	char ch = (char)c;

	msgbuf_add(&ch, 1);
}

#define PRINT(flags, fmt)                                                      \
	do {                                                                   \
		va_list ap_;                                                   \
		va_start(ap_, fmt);                                            \
		kprintf(fmt, (flags), NULL, NULL, ap_);                        \
		va_end(ap_);                                                   \
	} while (0)

void
printf(const char *fmt, ...)
{
	PRINT(TOCONS | TOLOG, fmt);
}

void
vprintf(const char *fmt, va_list ap)
{
	kprintf(fmt, TOCONS | TOLOG, NULL, NULL, ap);
}

void
printf_tolog(const char *fmt, ...)
{
	PRINT(TOLOG, fmt);
}

void
printf_nolog(const char *fmt, ...)
{
	PRINT(TOCONS, fmt);
}

/* there are no terminals of processes: the console stands for them */
void
uprintf(const char *fmt, ...)
{
	PRINT(TOTTY, fmt);
}

void
uprintf_locked(const char *fmt, ...)
{
	PRINT(TOTTY, fmt);
}

void
ttyprintf(struct tty *tp, const char *fmt, ...)
{
	PRINT(TOTTY, fmt);
}

typedef struct tprintf_handle *tpr_t;
tpr_t tprintf_open(struct proc *);
void tprintf_close(tpr_t);
void tprintf(tpr_t, const char *, ...) __printflike(2, 3);

tpr_t
tprintf_open(struct proc *p)
{
	return NULL;
}

void
tprintf_close(tpr_t t)
{
}

void
tprintf(tpr_t t, const char *fmt, ...)
{
	PRINT(TOTTY, fmt);
}

/* log(9) */
void
logpri(int level)
{
	char buf[16];
	int n = snprintf(buf, sizeof(buf), "<%d>", level);

	msgbuf_add(buf, (size_t)n);
}

static int
log_flags(int level)
{
	/* what nobody reads from /dev/klog goes to the console */
	if (log_open)
		return TOLOG;
	return LOG_PRI(level) <= LOG_INFO ? TOCONS | TOLOG : TOLOG;
}

void
vlog(int level, const char *fmt, va_list ap)
{
	if (level != LOG_PRINTF)
		logpri(level);
	kprintf(fmt, log_flags(level), NULL, NULL, ap);
}

void
log(int level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vlog(level, fmt, ap);
	va_end(ap);
}

void
addlog(const char *fmt, ...)
{
	PRINT(log_flags(LOG_INFO), fmt);
}

void
logwakeup(void)
{
}

void
tablefull(const char *tab, const char *hint)
{
	if (hint != NULL)
		log(LOG_ERR, "%s: table is full - %s\n", tab, hint);
	else
		log(LOG_ERR, "%s: table is full\n", tab);
}

/*
 * aprint(9).  "naive" is for those who booted with AB_QUIET; verbose and debug
 * always go to the message buffer.
 */
static int
normal_flags(void)
{
	return (boothowto & (AB_SILENT | AB_QUIET)) == 0 ? TOCONS | TOLOG
							 : TOLOG;
}

static int
verbose_flags(void)
{
	return (boothowto & AB_VERBOSE) != 0 ? TOCONS | TOLOG : TOLOG;
}

static int
naive_flags(void)
{
	return (boothowto & (AB_SILENT | AB_QUIET)) == AB_QUIET ? TOCONS : 0;
}

static void
aprint_prefixed(const char *prefix, int flags, const char *fmt, va_list ap)
{
	struct line l;

	if (flags == 0)
		return;
	line_init(&l, flags);
	if (prefix != NULL) {
		line_put(&l.sink, prefix, strlen(prefix));
		line_put(&l.sink, ": ", 2);
	}
	kprintf_format(&l.sink, fmt, ap);
	line_flush(&l);
}

static int
error_flags(void)
{
	atomic_inc_uint(&aprint_errors);
	return (boothowto & AB_SILENT) == 0 ? TOCONS | TOLOG : TOLOG;
}

static int
debug_flags(void)
{
	return (boothowto & AB_DEBUG) != 0 ? TOCONS | TOLOG : 0;
}

/* how many errors were printed since the last call */
int
aprint_get_error_count(void)
{
	return (int)atomic_swap_uint(&aprint_errors, 0);
}

/* struct ifnet belongs to another faction: its name comes by this hook */
const char *(*rump_ifnet_name)(struct ifnet *);

#define APRINT(kind)                                                           \
	void aprint_##kind(const char *fmt, ...)                               \
	{                                                                      \
		va_list ap;                                                    \
		va_start(ap, fmt);                                             \
		aprint_prefixed(NULL, kind##_flags(), fmt, ap);                \
		va_end(ap);                                                    \
	}                                                                      \
	void aprint_##kind##_dev(device_t dv, const char *fmt, ...)            \
	{                                                                      \
		va_list ap;                                                    \
		va_start(ap, fmt);                                             \
		aprint_prefixed(dv == NULL ? "?" : device_xname(dv),           \
		    kind##_flags(), fmt, ap);                                  \
		va_end(ap);                                                    \
	}                                                                      \
	void aprint_##kind##_ifnet(struct ifnet *ifp, const char *fmt, ...)    \
	{                                                                      \
		va_list ap;                                                    \
		va_start(ap, fmt);                                             \
		aprint_prefixed(                                               \
		    rump_ifnet_name != NULL ? rump_ifnet_name(ifp) : "if",     \
		    kind##_flags(), fmt, ap);                                  \
		va_end(ap);                                                    \
	}
APRINT(normal)
APRINT(error)
APRINT(naive)
APRINT(verbose)
APRINT(debug)
