/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of crossed lines. A soft interrupt for each end carries what is
 * on its wire to the other. An end that is open is the other's carrier.
 */

#include <sys/conf.h>
#include <sys/device.h>
#include <sys/fcntl.h>
#include <sys/intr.h>
#include <sys/ioctl.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/ttydefaults.h>

#include <rump-sys/kern.h>

#include "crs.h"
#include "ktest.h"

struct crs_softc crs_softc[CRS_UNITS];

static dev_type_open(crsopen);
static dev_type_close(crsclose);
static dev_type_read(crsread);
static dev_type_write(crswrite);
static dev_type_ioctl(crsioctl);
static dev_type_stop(crsstop);
static dev_type_tty(crstty);
static dev_type_poll(crspoll);

static const struct cdevsw crs_cdevsw = {
    .d_open = crsopen,
    .d_close = crsclose,
    .d_read = crsread,
    .d_write = crswrite,
    .d_ioctl = crsioctl,
    .d_stop = crsstop,
    .d_tty = crstty,
    .d_poll = crspoll,
    .d_mmap = nommap,
    .d_kqfilter = ttykqfilter,
    .d_discard = nodiscard,
    .d_flag = D_TTY | D_MPSAFE,
};

static const struct speedtab crs_speeds[] = {
    {0, 0},
    {1200, 12},
    {9600, 96},
    {38400, 384},
    {115200, 1152},
    {-1, -1},
};

static struct crs_softc *
crs_lookup(dev_t dev)
{
	const u_int unit = (u_int)minor(dev) & ~CRS_DIALOUT;

	return unit < CRS_UNITS ? &crs_softc[unit] : NULL;
}

static struct crs_softc *
crs_peer(struct crs_softc *sc)
{
	return &crs_softc[sc == &crs_softc[0]];
}

/* t_oproc */
static void
crsstart(struct tty *tp)
{
	struct crs_softc *sc = tp->t_softc;
	u_char buf[CRS_WIRE];
	int n, room;

	K(mutex_owned(&tty_lock));
	if ((tp->t_state & (TS_BUSY | TS_TTSTOP | TS_TIMEOUT)) != 0)
		return;
	room = sc->sc_wire.c_cn - sc->sc_wire.c_cc;
	n = q_to_b(&tp->t_outq, buf, MIN(room, (int)sizeof(buf)));
	if (n == 0)
		return;
	KEQ(b_to_q(buf, n, &sc->sc_wire), 0);
	sc->sc_counts.cc_sent += n;
	tp->t_state |= TS_BUSY;
	kpreempt_disable();
	softint_schedule(sc->sc_si);
	kpreempt_enable();
}

/* What is on the wire arrives. */
static void
crs_intr(void *arg)
{
	struct crs_softc *sc = arg;
	struct tty *tp = sc->sc_tty, *peer = crs_peer(sc)->sc_tty;
	u_char buf[CRS_WIRE];
	bool there;
	int n, i;

	mutex_spin_enter(&tty_lock);
	if (sc->sc_hold) {
		mutex_spin_exit(&tty_lock);
		return;
	}
	n = q_to_b(&sc->sc_wire, buf, sizeof(buf));
	there = (peer->t_state & TS_ISOPEN) != 0;
	mutex_spin_exit(&tty_lock);
	for (i = 0; i < n && there; i++)
		(*peer->t_linesw->l_rint)(buf[i], peer);
	mutex_spin_enter(&tty_lock);
	tp->t_state &= ~(TS_BUSY | TS_FLUSH);
	if (ttypull(tp))
		crsstart(tp);
	mutex_spin_exit(&tty_lock);
}

/* d_stop */
static void
crsstop(struct tty *tp, int flag)
{
	struct crs_softc *sc = tp->t_softc;

	K(mutex_owned(&tty_lock));
	sc->sc_counts.cc_stops++;
	if ((tp->t_state & TS_BUSY) != 0 && (tp->t_state & TS_TTSTOP) == 0) {
		ndflush(&sc->sc_wire, sc->sc_wire.c_cc);
		tp->t_state |= TS_FLUSH;
	}
}

/* t_param */
static int
crsparam(struct tty *tp, struct termios *t)
{
	struct crs_softc *sc = tp->t_softc;
	int code = ttyspeedtab(t->c_ospeed, crs_speeds);

	K(!mutex_owned(&tty_lock));
	if (code < 0 || (t->c_ispeed != 0 && t->c_ispeed != t->c_ospeed))
		return EINVAL;
	mutex_spin_enter(&tty_lock);
	sc->sc_counts.cc_params++;
	sc->sc_counts.cc_speed = code;
	mutex_spin_exit(&tty_lock);
	return 0;
}

/* t_hwiflow */
static int
crshwiflow(struct tty *tp, int block)
{
	struct crs_softc *sc = tp->t_softc;

	K(mutex_owned(&tty_lock));
	if (block)
		sc->sc_counts.cc_blocked++;
	else
		sc->sc_counts.cc_released++;
	return 1;
}

/* This end is there, or gone: the other's carrier. */
static void
crs_dtr(struct crs_softc *sc, bool on)
{
	struct tty *peer = crs_peer(sc)->sc_tty;
	bool changed;

	mutex_spin_enter(&tty_lock);
	changed = sc->sc_dtr != on;
	sc->sc_dtr = on;
	mutex_spin_exit(&tty_lock);
	if (changed && (*peer->t_linesw->l_modem)(peer, on) == 0)
		crs_dtr(crs_peer(sc), false);
}

static int
crsopen(dev_t dev, int flag, int mode, struct lwp *l)
{
	struct crs_softc *sc = crs_lookup(dev);
	struct tty *tp;
	struct termios t;
	bool first;
	int error;

	if (sc == NULL)
		return ENXIO;
	tp = sc->sc_tty;
	if (kauth_authorize_device_tty(l->l_cred, KAUTH_DEVICE_TTY_OPEN, tp) !=
	    0)
		return EBUSY;
	mutex_spin_enter(&tty_lock);
	first = (tp->t_state & TS_ISOPEN) == 0 && tp->t_wopen == 0;
	if (first) {
		tp->t_dev = dev;
		ttychars(tp);
		tp->t_iflag = TTYDEF_IFLAG;
		tp->t_oflag = TTYDEF_OFLAG;
		tp->t_cflag = TTYDEF_CFLAG;
		tp->t_lflag = TTYDEF_LFLAG;
		tp->t_ispeed = tp->t_ospeed = TTYDEF_SPEED;
		t = tp->t_termios;
	}
	mutex_spin_exit(&tty_lock);
	if (first) {
		error = crsparam(tp, &t);
		if (error != 0)
			return error;
		mutex_spin_enter(&tty_lock);
		ttsetwater(tp);
		if (crs_peer(sc)->sc_dtr)
			tp->t_state |= TS_CARR_ON;
		else
			tp->t_state &= ~TS_CARR_ON;
		mutex_spin_exit(&tty_lock);
		crs_dtr(sc, true);
	}
	error = ttyopen(
	    tp, (minor(dev) & CRS_DIALOUT) != 0, (flag & O_NONBLOCK) != 0);
	if (error == 0)
		error = (*tp->t_linesw->l_open)(dev, tp);
	if (error != 0 && (tp->t_state & TS_ISOPEN) == 0 && tp->t_wopen == 0)
		crs_dtr(sc, false);
	return error;
}

static int
crsclose(dev_t dev, int flag, int mode, struct lwp *l)
{
	struct crs_softc *sc = crs_lookup(dev);
	struct tty *tp = sc->sc_tty;

	(*tp->t_linesw->l_close)(tp, flag);
	crs_dtr(sc, false);
	ttyclose(tp);
	mutex_spin_enter(&tty_lock);
	ndflush(&sc->sc_wire, sc->sc_wire.c_cc);
	mutex_spin_exit(&tty_lock);
	return 0;
}

static int
crsread(dev_t dev, struct uio *uio, int flag)
{
	struct tty *tp = crs_lookup(dev)->sc_tty;

	return (*tp->t_linesw->l_read)(tp, uio, flag);
}

static int
crswrite(dev_t dev, struct uio *uio, int flag)
{
	struct tty *tp = crs_lookup(dev)->sc_tty;

	return (*tp->t_linesw->l_write)(tp, uio, flag);
}

static int
crspoll(dev_t dev, int events, struct lwp *l)
{
	struct tty *tp = crs_lookup(dev)->sc_tty;

	return (*tp->t_linesw->l_poll)(tp, events, l);
}

static struct tty *
crstty(dev_t dev)
{
	struct crs_softc *sc = crs_lookup(dev);

	return sc != NULL ? sc->sc_tty : NULL;
}

static int
crsioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	struct crs_softc *sc = crs_lookup(dev);
	struct tty *tp = sc->sc_tty, *peer = crs_peer(sc)->sc_tty;
	int error;

	error = (*tp->t_linesw->l_ioctl)(tp, cmd, data, flag, l);
	if (error == EPASSTHROUGH)
		error = ttioctl(tp, cmd, data, flag, l);
	if (error != EPASSTHROUGH)
		return error;
	switch (cmd) {
	case TIOCSBRK:
		(*peer->t_linesw->l_rint)(TTY_FE, peer);
		return 0;
	case TIOCCBRK:
		return 0;
	case TIOCSDTR:
		crs_dtr(sc, true);
		return 0;
	case TIOCCDTR:
		crs_dtr(sc, false);
		return 0;
	case TIOCMGET:
		mutex_spin_enter(&tty_lock);
		*(int *)data = (sc->sc_dtr ? TIOCM_DTR | TIOCM_RTS : 0) |
		    (crs_peer(sc)->sc_dtr ? TIOCM_CD | TIOCM_CTS : 0);
		mutex_spin_exit(&tty_lock);
		return 0;
	case CRSIOC_PARITY:
		(*peer->t_linesw->l_rint)(
		    (*(int *)data & TTY_CHARMASK) | TTY_PE, peer);
		return 0;
	case CRSIOC_COUNTS:
		mutex_spin_enter(&tty_lock);
		memcpy(data, &sc->sc_counts, sizeof(sc->sc_counts));
		mutex_spin_exit(&tty_lock);
		return 0;
	case CRSIOC_HOLD:
		mutex_spin_enter(&tty_lock);
		sc->sc_hold = *(int *)data != 0;
		kpreempt_disable();
		softint_schedule(sc->sc_si);
		kpreempt_enable();
		mutex_spin_exit(&tty_lock);
		return 0;
	default:
		return ENOTTY;
	}
}

RUMP_COMPONENT(RUMP_COMPONENT_DEV)
{
	devmajor_t bmajor = NODEVMAJOR, cmajor = NODEVMAJOR;
	struct crs_softc *sc;
	int error, i;

	for (i = 0; i < CRS_UNITS; i++) {
		sc = &crs_softc[i];
		if (clalloc(&sc->sc_wire, CRS_WIRE, 0) != 0)
			panic("crs: no memory");
		sc->sc_si = softint_establish(
		    SOFTINT_SERIAL | SOFTINT_MPSAFE, crs_intr, sc);
		sc->sc_tty = tty_alloc();
		sc->sc_tty->t_softc = sc;
		sc->sc_tty->t_oproc = crsstart;
		sc->sc_tty->t_param = crsparam;
		sc->sc_tty->t_hwiflow = crshwiflow;
		tty_attach(sc->sc_tty);
	}
	error = devsw_attach("crs", NULL, &bmajor, &crs_cdevsw, &cmajor);
	if (error == 0)
		error = rump_vfs_makedevnodes(
		    S_IFCHR, "/dev/crs", '0', cmajor, 0, CRS_UNITS);
	if (error == 0)
		error = rump_vfs_makedevnodes(
		    S_IFCHR, "/dev/cua", '0', cmajor, CRS_DIALOUT, CRS_UNITS);
	if (error == 0)
		error = ttyldisc_attach(&crs_upper);
	if (error != 0)
		panic("crs: %d", error);
}
