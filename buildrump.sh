#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# buildrump.sh: builds, tests and measures the rump kernel components.
# Run it with -h for its options and commands.

set -u
unset CDPATH
topdir=$(cd "$(dirname "$0")" && pwd) || exit 1
myname=$(basename "$0")

destdir=$PWD/rump
objdir=$PWD/obj
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
quiet=false
release=false
debug=0
kernelonly=false
crossfile=${MESON_CROSS_FILE:-}
x_cflags= x_ldflags= x_cppflags= x_cwarnflags= x_dbg= have_dbg=false
mesonopts=
forcechecks=true

die ()
{
	echo "$myname: $*" >&2
	exit 1
}

usage ()
{
	cat <<USAGE
usage: $myname [options] [command ...]

Commands, run in the given order (default: checkout fullbuild tests)
  checkout   verify that the kernel sources are complete, name their revision
  tools      find what the build needs; as root, install what is missing
  build      compile everything into the object directory
  install    put headers, libraries and programs into the destination
  tests      show in seconds that files and TCP/IP work
  fullbuild  tools, build, install
  check      the whole test suite
  bench      measure; one line per figure, the host's own beside it
  component NAME [rumpcc options] FILE...
             build someone's driver into librumpNAME and install it
  interface  list the driver interface: offered, tested or missing
  clean      remove the object directory

Options
  -d DIR     destination for headers and libraries     [./rump]
  -o DIR     object directory                          [./obj]
  -j N       parallel jobs                             [$jobs]
  -q         quiet: print less of what the compiler is told
  -r         release: optimised, no -g, no assertions
  -D         debug: no optimisation, lock checker; twice: also sanitizers
  -k         kernel components only, no POSIX hypercalls
  -F X=VAL   flags: CFLAGS, LDFLAGS, CPPFLAGS, AFLAGS, CWARNFLAGS, DBG; and
             CROSSFILE=path for a Meson cross file.  May be repeated
  -V X=VAL   set a Meson option of this build, e.g. -V lockdebug=true
  -H         go on where a check of the host would stop
  -T DIR     accepted; there is no separate tool directory to place
  -s DIR     accepted if it names this source tree; there is no other
  -h         this text

CC, AR and LD of the environment are honoured, CC=clang too.
USAGE
}

say ()
{
	$quiet || echo ">> $*"
}

run ()
{
	"$@" || die "failed: $*"
}

abspath ()
{
	case $1 in
	/*) echo "$1" ;;
	*) echo "$PWD/$1" ;;
	esac
}

setflag ()
{
	case $1 in
	CFLAGS=*|AFLAGS=*|ACFLAGS=*|ACLFLAGS=*)
		x_cflags="$x_cflags ${1#*=}" ;;
	LDFLAGS=*)	x_ldflags="$x_ldflags ${1#*=}" ;;
	ACLDFLAGS=*)	x_ldflags="$x_ldflags ${1#*=}" ;;
	CPPFLAGS=*)	x_cppflags="$x_cppflags ${1#*=}" ;;
	CWARNFLAGS=*)	x_cwarnflags="$x_cwarnflags ${1#*=}" ;;
	DBG=*)		x_dbg="${1#*=}" have_dbg=true ;;
	CROSSFILE=*)	crossfile=$(abspath "${1#*=}") ;;
	*)	echo "$myname: -F $1: unknown flag variable" >&2
		usage >&2
		exit 1 ;;
	esac
}

# --- tools -----------------------------------------------------------------

# What is needed, as "program package-of-apt dnf apk pacman zypper pkg pkgin pkgutil"
needs='
cc gcc gcc gcc gcc gcc - gcc gcc
ld binutils binutils binutils binutils binutils binutils binutils gnu_binutils
objcopy binutils binutils binutils binutils binutils binutils binutils gnu_binutils
meson meson meson meson meson meson meson meson meson
ninja ninja-build ninja-build samurai ninja ninja ninja ninja-build ninja
pkg-config pkg-config pkgconf-pkg-config pkgconf pkgconf pkg-config pkgconf pkg-config pkgconfig
python3 python3 python3 python3 python python3 python3 python311 python3
'
# What only `check' needs, Debian's names.
checkneeds='kyua libatf-dev atf-sh makefs e2fsprogs iproute2 tcpdump
dnsmasq-base clang clang-format clang-tidy libclang-rt-14-dev mandoc musl-tools genisoimage
curl nginx-light python3-cryptography'

manager ()
{
	for m in apt-get dnf apk pacman zypper pkgin pkgutil pkg; do
		if command -v $m >/dev/null 2>&1; then
			echo $m
			return
		fi
	done
	echo none
}

installcmd ()
{
	case $1 in
	apt-get) echo "apt-get install -y --no-install-recommends" ;;
	dnf)	echo "dnf install -y" ;;
	apk)	echo "apk add" ;;
	pacman)	echo "pacman -S --noconfirm" ;;
	zypper)	echo "zypper --non-interactive install" ;;
	pkg)	echo "pkg install -y" ;;
	pkgin)	echo "pkgin -y install" ;;
	pkgutil) echo "pkgutil -y -i" ;;
	esac
}

column ()
{
	case $1 in
	apt-get) echo 2 ;; dnf) echo 3 ;; apk) echo 4 ;; pacman) echo 5 ;;
	zypper) echo 6 ;; pkg) echo 7 ;; pkgin) echo 8 ;; pkgutil) echo 9 ;;
	*) echo 2 ;;
	esac
}

havetool ()
{
	case $1 in
	cc)	command -v "${CC:-cc}" >/dev/null 2>&1 ;;
	ninja)	command -v ninja >/dev/null 2>&1 || command -v samu >/dev/null 2>&1 ;;
	pkg-config) command -v pkg-config >/dev/null 2>&1 || command -v pkgconf >/dev/null 2>&1 ;;
	*)	command -v "$1" >/dev/null 2>&1 ;;
	esac
}

installpkgs ()
{
	mgr=$1
	shift
	cmd="$(installcmd "$mgr") $*"
	if [ "$(id -u)" -ne 0 ]; then
		echo "$myname: missing: $*" >&2
		echo "$myname: install them as root with this line:" >&2
		echo "    $cmd" >&2
		return 1
	fi
	say "installing: $*"
	if [ "$mgr" = apt-get ]; then
		DEBIAN_FRONTEND=noninteractive
		export DEBIAN_FRONTEND
		apt-get update -qq >/dev/null 2>&1
	fi
	# shellcheck disable=SC2086
	$cmd >"${TMPDIR:-/tmp}/buildrump-install.$$" 2>&1 || {
		tail -n 15 "${TMPDIR:-/tmp}/buildrump-install.$$" >&2
		rm -f "${TMPDIR:-/tmp}/buildrump-install.$$"
		return 1
	}
	rm -f "${TMPDIR:-/tmp}/buildrump-install.$$"
}

cmd_tools ()
{
	mgr=$(manager)
	col=$(column "$mgr")
	missing=$(echo "$needs" | while read -r prog rest; do
		[ -n "$prog" ] || continue
		havetool "$prog" && continue
		# shellcheck disable=SC2086
		set -- $prog $rest
		shift $((col - 1))
		[ "$1" = - ] || echo "$1"
	done | sort -u | tr '\n' ' ')
	if [ -n "$missing" ]; then
		[ "$mgr" != none ] || die "missing: $missing" \
		    "(and no package manager that this script knows)"
		# shellcheck disable=SC2086
		installpkgs "$mgr" $missing || ! $forcechecks || exit 1
	fi
	say "compiler: $("${CC:-cc}" --version 2>/dev/null | head -n 1)"
	say "build tools: meson $(meson --version 2>/dev/null)"
}

checktools ()
{
	cmd_tools
	command -v apt-get >/dev/null 2>&1 || return 0
	missing=
	for p in $checkneeds; do
		dpkg -s "$p" >/dev/null 2>&1 || missing="$missing $p"
	done
	[ -n "$missing" ] || return 0
	# shellcheck disable=SC2086
	installpkgs apt-get $missing ||
	    die "the test suite needs these packages:$missing"
}

# --- build -----------------------------------------------------------------

cmd_checkout ()
{
	bad=false
	for f in meson.build kern/meson.build vfs/meson.build \
	    net/meson.build include/rump/rump.h host/posix/meson.build \
	    kern/syscall/syscalls.tbl; do
		if [ ! -f "$topdir/$f" ]; then
			echo "$myname: $f is missing" >&2
			bad=true
		fi
	done
	rev="release $(cat "$topdir/VERSION")"
	if command -v git >/dev/null 2>&1 && [ -e "$topdir/.git" ]; then
		lost=$(git -C "$topdir" ls-files --deleted 2>/dev/null | head -n 5)
		if [ -n "$lost" ]; then
			echo "$myname: deleted files:" $lost >&2
			bad=true
		fi
		rev="$rev, revision $(git -C "$topdir" rev-parse --short HEAD 2>/dev/null)"
		git -C "$topdir" diff --quiet HEAD 2>/dev/null ||
		    rev="$rev with changes"
	fi
	$bad && die "the source tree is incomplete; get a fresh clone"
	say "sources complete: $rev"
}

# What a build has made may be removed; what else is in the way stays.
removeobj ()
{
	[ -e "$1" ] || return 0
	[ -f "$1/.buildrump-config" ] || [ -f "$1/configure.log" ] ||
	    [ -f "$1/build.ninja" ] || rmdir "$1" 2>/dev/null ||
	    die "$1 is not an object directory: give another one with -o"
	rm -rf "$1"
}

# An object directory that only has others inside.
claimobj ()
{
	[ -e "$1" ] && return 0
	mkdir -p "$1" && : > "$1/.buildrump-config" || die "cannot make $1"
}

# configure OBJDIR [meson option ...]
configure ()
{
	obj=$1
	shift
	set -- "--prefix=$destdir" --libdir=lib --includedir=include \
	    --datadir=share --bindir=bin "$@"
	cflags="$x_cppflags $x_cflags"
	if $have_dbg; then
		set -- "$@" --buildtype=plain
		cflags="$cflags $x_dbg"
	elif [ $debug -gt 0 ]; then
		set -- "$@" --buildtype=debug -Dlockdebug=true
		[ $debug -gt 1 ] && set -- "$@" -Db_sanitize=address,undefined
	elif $release; then
		set -- "$@" --buildtype=release -Drelease=true
	else
		set -- "$@" --buildtype=debugoptimized
	fi
	cflags="$cflags $x_cwarnflags"
	$kernelonly && set -- "$@" -Dhypercalls=false
	[ -n "$crossfile" ] && set -- "$@" --cross-file "$crossfile"
	# Sanitizers make compilers warn of what is no fault.
	case "${CI:-} $mesonopts $*" in
	*b_sanitize*) ;;
	true*)	set -- "$@" --werror ;;
	esac
	# shellcheck disable=SC2086
	set -- "$@" $mesonopts
	stamp="$obj/.buildrump-config"
	want="$topdir $* CC=${CC:-} AR=${AR:-} LD=${LD:-} ${CFLAGS:-} $cflags"
	want="$want / ${LDFLAGS:-} $x_ldflags"
	if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then
		return 0
	fi
	removeobj "$obj"
	mkdir -p "$obj" || die "cannot make $obj"
	[ -n "${LD:-}" ] && CC_LD=${CC_LD:-$(basename "$LD" | sed 's/^ld\.//;s/^ld$//')}
	[ -n "${CC_LD:-}" ] && export CC_LD
	CFLAGS="${CFLAGS:-} $cflags" LDFLAGS="${LDFLAGS:-} $x_ldflags" \
	    meson setup "$obj" "$topdir" "$@" >"$obj/configure.log" 2>&1 || {
		tail -n 20 "$obj/configure.log" >&2
		die "the build could not be configured; see $obj/configure.log"
	}
	echo "$want" > "$stamp"
}

compile ()
{
	n=ninja
	command -v ninja >/dev/null 2>&1 || n=samu
	if $quiet; then
		$n -C "$1" -j "$jobs" >"$1/build.log" 2>&1 || {
			tail -n 60 "$1/build.log" >&2
			die "the build failed"
		}
	else
		run $n -C "$1" -j "$jobs"
	fi
}

cmd_build ()
{
	configure "$objdir"
	compile "$objdir"
	say "built in $objdir"
}

cmd_install ()
{
	[ -f "$objdir/build.ninja" ] || die "nothing to install: run build first"
	stamp=$objdir/.buildrump-config
	# the libraries' pkg-config files name the destination
	if [ -f "$stamp" ] && ! grep -qF -- " --prefix=$destdir " "$stamp"; then
		die "$objdir was built for another destination: run build with -d $destdir first"
	fi
	meson install -C "$objdir" --no-rebuild --quiet >"$objdir/install.log" 2>&1 || {
		tail -n 20 "$objdir/install.log" >&2
		die "installation into $destdir failed"
	}
	say "installed in $destdir"
}

# --- running things ----------------------------------------------------------

cmd_tests ()
{
	if $kernelonly; then
		echo "$myname: -k: no hypercalls, so nothing to run; tests skipped" >&2
		return
	fi
	[ -d "$destdir/lib" ] || die "nothing to test: run fullbuild first"
	DESTDIR_RUMP="$destdir" sh "$topdir/tests/smoke/run.sh" || {
		echo
		echo "Failed"
		exit 1
	}
	echo
	echo Success
}

cmd_check ()
{
	checktools
	claimobj "$objdir"
	topdir="$topdir" destdir="$destdir" objdir="$objdir" jobs="$jobs" \
	    run sh "$topdir/tests/check.sh" "$topdir/$myname"
}

cmd_bench ()
{
	[ -f "$topdir/bench/run.sh" ] || die "no benchmarks in this tree"
	saved_release=$release
	release=true
	claimobj "$objdir"
	configure "$objdir/release"
	compile "$objdir/release"
	release=$saved_release
	run sh "$topdir/bench/run.sh" "$objdir/release"
}

cmd_clean ()
{
	removeobj "$objdir"
	say "removed $objdir"
}

cmd_component ()
{
	[ -x "$destdir/bin/rumpcc" ] || die "component: no rumpcc in $destdir: run fullbuild first"
	[ $# -ge 2 ] || die "component: needs a name and source files"
	name=$1
	shift
	run "$destdir/bin/rumpcc" -o "librump$name" --install "$destdir" "$@"
}

cmd_interface ()
{
	[ -d "$destdir/lib" ] || die "interface: no libraries in $destdir: run fullbuild first"
	python3 "$topdir/tools/interface.py" "$topdir" "$destdir/lib" || exit 1
}

# --- command line ------------------------------------------------------------

while getopts ':d:o:j:qrDkF:V:HT:s:h' opt; do
	case $opt in
	d) destdir=$(abspath "$OPTARG") ;;
	o) objdir=$(abspath "$OPTARG") ;;
	j) jobs=$OPTARG
	   case $jobs in
	   ''|*[!0-9]*|0) die "-j $jobs: not a number of jobs" ;;
	   esac ;;
	q) quiet=true ;;
	r) release=true ;;
	D) debug=$((debug + 1)) ;;
	k) kernelonly=true ;;
	F) setflag "$OPTARG" ;;
	V) case $OPTARG in
	   *=*) mesonopts="$mesonopts -D$OPTARG" ;;
	   *) die "-V $OPTARG: give it as name=value" ;;
	   esac ;;
	H) forcechecks=false ;;
	T) echo "$myname: -T: there is no tool directory here; ignored" >&2 ;;
	s) [ "$(cd "$OPTARG" 2>/dev/null && pwd)" = "$topdir" ] ||
	       die "-s $OPTARG: the kernel sources are part of this tree ($topdir)" ;;
	h) usage; exit 0 ;;
	:) echo "$myname: option -$OPTARG needs a value" >&2; usage >&2; exit 1 ;;
	*) echo "$myname: unknown option -$OPTARG" >&2; usage >&2; exit 1 ;;
	esac
done
shift $((OPTIND - 1))
$release && [ $debug -gt 0 ] && die "-r and -D exclude each other"

[ $# -gt 0 ] || set -- checkout fullbuild tests

# `component' takes the rest of the line; look before doing anything.
for c in "$@"; do
	case $c in
	checkout|tools|build|install|tests|fullbuild|check|bench|interface|clean) ;;
	component) break ;;
	*) echo "$myname: unknown command: $c" >&2; usage >&2; exit 1 ;;
	esac
done

while [ $# -gt 0 ]; do
	c=$1
	shift
	case $c in
	checkout)	cmd_checkout ;;
	tools)		cmd_tools ;;
	build)		cmd_build ;;
	install)	cmd_install ;;
	fullbuild)	cmd_tools; cmd_build; cmd_install ;;
	tests)		cmd_tests ;;
	check)		cmd_check ;;
	bench)		cmd_bench ;;
	interface)	cmd_interface ;;
	clean)		cmd_clean ;;
	component)	cmd_component "$@"; exit 0 ;;
	esac
done
exit 0
