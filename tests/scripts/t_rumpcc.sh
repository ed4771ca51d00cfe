#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# rumpcc: what lacks is told at once and by manual page; a pseudo-device with
# an ioconf file and a hypercall of its own becomes a component that runs; the
# layout of locks is the base's.
: "${destdir:?}" "${topdir:?}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
cc=${CC:-cc}
rumpcc=$destdir/bin/rumpcc

result ()
{
	if [ "$1" -eq 0 ]; then echo "ok: $2"; else echo "not ok: $2"; fi
}

# --- ten names that there are not, in two sources, behind two lost headers
cat > lost1.c <<'C'
#include <sys/param.h>
#include <sys/lost_header.h>
#include <sys/kmem.h>
#include <sys/proc.h>
struct lost_type lost_variable;
lost_word_t lost_pointer;
int
lost1(struct proc *p)
{
	vcache_lost(p);
	mutex_lost(NULL);
	p->p_lost = KAUTH_LOST;
	return LOST_CONSTANT;
}
C
cat > lost2.c <<'C'
#include <sys/param.h>
#include <net/if_lost.h>
void sysctl_lost(void);
void
lost2(void)
{
	sysctl_lost();
	pool_lost();
}
C
if "$rumpcc" -o librumptest_lost lost1.c lost2.c > out 2>&1; then
	result 1 "sources with lost names are refused"
else
	result 0 "sources with lost names are refused"
fi
sed '1,/names what/d' out > list
for n in '<sys/lost_header.h>' '<net/if_lost.h>' 'struct lost_type' \
    lost_word_t vcache_lost mutex_lost 'struct proc field p_lost' KAUTH_LOST \
    LOST_CONSTANT sysctl_lost pool_lost; do
	grep -qF " $n" list
	result $? "the list has $n"
done
for p in 'mutex(9)' 'kauth(9)' 'pool(9)' 'sysctl(9)'; do
	grep -qF "$p: " list
	result $? "the list has a line for $p"
done
[ ! -e librumptest_lost.so ]
result $? "nothing is left of what did not build"

# --- a mistake that has nothing to do with the base
cat > own1.c <<'C'
int own_function(void);
int own_caller(void) { return own_function(); }
C
cat > own2.c <<'C'
int own_function(void);
int own_function(void) { return "nothing" }
C
! "$rumpcc" -o librumptest_own own1.c own2.c > out 2>&1 && ! grep -q 'names what' out
result $? "a driver's own functions do not lack because one source is wrong"

# nor if they are called as functions of a page are
cat > own1.c <<'C'
int agr_own_function(void);
int own_caller(void) { return agr_own_function(); }
C
cat > own2.c <<'C'
int agr_own_function(void);
int
agr_own_function(void)
{
	return "nothing"
}
C
! "$rumpcc" -o librumptest_own own1.c own2.c > out 2>&1 && ! grep -q 'names what' out
r=$?
[ $r -eq 0 ] || cat out
result $r "nor if their names are like those of a manual page"

# --- a header that the source forgot
cat > forgot.c <<'C'
#include <sys/types.h>
struct pool forgotten;
int flags = PR_WAITOK;
int op = F_SETLK;
C
! "$rumpcc" -o librumptest_forgot forgot.c > out 2>&1 &&
    grep -q 'not included:.* struct pool <sys/pool.h>' out &&
    grep -q 'not included:.* PR_WAITOK <sys/pool.h>' out &&
    grep -q 'not included:.* F_SETLK <sys/fcntl.h>' out
r=$?
[ $r -eq 0 ] || cat out
result $r "a header that is not included is named"

# --- what the shell or the compiler would only find out later
! CC=no-such-cc "$rumpcc" -o librumptest_own own1.c > out 2>&1 &&
    [ "$(cat out)" = 'rumpcc: no-such-cc: no such program' ]
result $? "a compiler that there is not is named, once"

# --- a compiler's own binutils, as those of a cross compiler
for t in nm objcopy ar; do
	real=$(command -v $t)
	printf '#!/bin/sh\n: > "%s"\nexec "%s" "$@"\n' "$work/used-$t" \
	    "$real" > own-$t
done
cat > own-cc <<-EOF
	#!/bin/sh
	case \$1 in
	-print-prog-name=*) echo "$work/own-\${1#*=}" ;;
	*) exec $cc "\$@" ;;
	esac
EOF
chmod +x own-*
echo 'int one(void); int one(void) { return 1; }' > one.c
env -u NM -u OBJCOPY -u AR CC="$work/own-cc" "$rumpcc" -o librumptest_binutils \
    one.c > out 2>&1 && [ -e used-nm ] && [ -e used-objcopy ] && [ -e used-ar ]
r=$?
[ $r -eq 0 ] || cat out
result $r "the compiler is asked for its binutils"

mkdir 'a b'
cp own1.c 'a b'
! "$rumpcc" -o librumptest_own 'a b/own1.c' > out 2>&1 && grep -q blanks out &&
    ! "$rumpcc" -o librumptest_own -I 'a b' own1.c > out 2>&1 &&
    grep -q blanks out
result $? "blanks in names are refused"

# --- a pseudo-device: its node says how often its host part was called
cat > echo.c <<'C'
#include <sys/param.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/module.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <rump-sys/kern.h>
#include <rump-sys/vfs.h>
#include "ioconf.h"
#include "ioconf.c"
#include "echo.h"
#if NECHO != 3 || !defined(_MODULE) || !defined(INET) || defined(linux)
#error definitions
#endif
int rumpcomp_echo(int);
struct echo_softc {
	kmutex_t lock;
	char guard[16];
};
static int echo_match(device_t, cfdata_t, void *);
static void echo_attach(device_t, device_t, void *);
CFATTACH_DECL_NEW(echo, sizeof(struct echo_softc), echo_match, echo_attach,
    NULL, NULL);
static int
echo_match(device_t parent, cfdata_t cf, void *aux)
{
	return 1;
}
static void
echo_attach(device_t parent, device_t self, void *aux)
{
	struct echo_softc *sc = device_private(self);

	memset(sc->guard, 'g', sizeof(sc->guard));
	mutex_init(&sc->lock, MUTEX_DEFAULT, IPL_NONE);
	for (size_t i = 0; i < sizeof(sc->guard); i++)
		if (sc->guard[i] != 'g')
			panic("a lock is larger than its struct");
}
static int
echo_read(dev_t dev, struct uio *uio, int flags)
{
	struct echo_softc *sc = device_lookup_private(&echo_cd, minor(dev));
	char buf[8];

	if (sc == NULL)
		return ENXIO;
	mutex_enter(&sc->lock);
	snprintf(buf, sizeof(buf), "%d", rumpcomp_echo(41));
	mutex_exit(&sc->lock);
	return uiomove(buf, strlen(buf), uio);
}
static const struct cdevsw echo_cdevsw = {
	.d_open = nullopen, .d_close = nullclose, .d_read = echo_read,
	.d_write = nowrite, .d_ioctl = noioctl, .d_stop = nostop,
	.d_tty = notty, .d_poll = nopoll, .d_mmap = nommap,
	.d_kqfilter = nokqfilter, .d_discard = nodiscard, .d_flag = D_OTHER
};
void
echoattach(int n)
{
	static struct cfdata cf = { "echo", "echo", 0, FSTATE_STAR };

	config_attach_pseudo(&cf);
}
RUMP_COMPONENT(RUMP_COMPONENT_DEV)
{
	devmajor_t bmaj = NODEVMAJOR, cmaj = NODEVMAJOR;

	FLAWLESSCALL(config_init_component(cfdriver_ioconf_test,
	    cfattach_ioconf_test, cfdata_ioconf_test));
	FLAWLESSCALL(config_cfattach_attach("echo", &echo_ca));
	FLAWLESSCALL(devsw_attach("echo", NULL, &bmaj, &echo_cdevsw, &cmaj));
	FLAWLESSCALL(rump_vfs_makedevnodes(S_IFCHR, "/dev/echo", '0', cmaj,
	    0, 1));
	echoattach(NECHO);
}
C
cat > echo_user.c <<'C'
#include <stdio.h>
int rumpcomp_echo(int);
int
rumpcomp_echo(int n)
{
	return n + 1;
}
C
cat > ECHO.ioconf <<'C'
# a comment
ioconf	test
include	"conf/files"
pseudo-device echo 3	# so many
C
"$rumpcc" -o librumpdev_echo echo.c ECHO.ioconf --host echo_user.c > out 2>&1
r=$?
[ $r -eq 0 ] || cat out
result $r "a pseudo-device with an ioconf file and a host part builds"
cat > run.c <<'C'
#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>
#include <stdio.h>
int
main(void)
{
	char buf[16];
	int fd, n;

	if (rump_init() != 0)
		return 1;
	fd = rump_sys_open("/dev/echo0", RUMP_O_RDONLY);
	n = fd == -1 ? -1 : (int)rump_sys_read(fd, buf, sizeof(buf));
	printf("%.*s\n", n < 0 ? 0 : n, buf);
	return n < 0;
}
C
# shellcheck disable=SC2046
$cc -o run run.c $(PKG_CONFIG_PATH=.:$destdir/lib/pkgconfig pkg-config \
    --cflags --libs rumpdev_echo rumpvfs) > out 2>&1 &&
    LD_LIBRARY_PATH=.:$destdir/lib ./run > out 2>&1 && [ "$(cat out)" = 42 ]
r=$?
[ $r -eq 0 ] || cat out
result $r "and runs"

# --- which lines of it run
if command -v clang > /dev/null && command -v llvm-profdata > /dev/null; then
	mkdir cover
	CC=clang "$rumpcc" -o cover/librumpdev_echo -fprofile-instr-generate \
	    -fcoverage-mapping echo.c ECHO.ioconf --host echo_user.c \
	    > out 2>&1 &&
	    LLVM_PROFILE_FILE=cover/raw LD_LIBRARY_PATH=cover:$destdir/lib \
	    ./run >> out 2>&1 &&
	    llvm-profdata merge -o cover/data cover/raw >> out 2>&1 &&
	    llvm-profdata show --function=echo_read cover/data >> out 2>&1 &&
	    grep -q 'Function count: 1$' out
	r=$?
	[ $r -eq 0 ] || cat out
	result $r "a component that counts what runs"
else
	echo "skip: coverage: no clang or llvm-profdata here"
fi

# --- without files there is no node, and the component comes all the same
cat > nofiles.c <<'C'
#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>
#include <errno.h>
int
main(void)
{
	if (rump_init() != 0)
		return 1;
	return rump_sys_open("/dev/echo0", RUMP_O_RDONLY) != -1 ||
	    errno != RUMP_ENOSYS;
}
C
# shellcheck disable=SC2046
$cc -o nofiles nofiles.c $(PKG_CONFIG_PATH=.:$destdir/lib/pkgconfig pkg-config \
    --cflags --libs rumpdev_echo) > out 2>&1 &&
    LD_LIBRARY_PATH=.:$destdir/lib ./nofiles > out 2>&1
r=$?
[ $r -eq 0 ] || cat out
result $r "a device comes without librumpvfs too"

# --- an ioconf file that is not understood
echo 'frobnicate all' > BAD.ioconf
! "$rumpcc" -o librumpdev_echo2 echo.c BAD.ioconf > out 2>&1 &&
    grep -q 'not understood: frobnicate' out
result $? "an ioconf file that is not understood is named"
