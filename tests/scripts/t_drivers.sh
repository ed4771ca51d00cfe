#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Drivers that were written from the manual pages build with the installed
# rumpcc, without a warning, and do what the pages say.  tests/drivers/README.md
# tells what is in a driver's directory.  In the environment: drivers, names of
# directories (all of them, if unset); driverflags, compiler flags for drivers
# and programs (sanitizers, if the base was built with them); keep, a directory
# for what is made.
: "${topdir:?}" "${destdir:?}"
: "${driverflags:=}"
if [ -n "${keep:-}" ]; then
	work=$keep
	mkdir -p "$work" || exit 1
else
	work=$(mktemp -d) || exit 1
	trap 'rm -rf "$work"' EXIT
fi
lockdebug=false
grep -q -- -DLOCKDEBUG "$destdir/share/rump/kernel.flags" && lockdebug=true

fail ()
{
	if grep -q '^panic:' "$log" 2>/dev/null; then
		grep -m 1 -A 14 '^panic:' "$log"
	elif [ -f "$log" ]; then
		tail -n 12 "$log"
	fi | cut -c 1-300
	echo "not ok: $name: $*"
}

# build LINKING: the host program, as $dir/test-LINKING
build ()
{
	static=
	[ "$1" = static ] && static=--static
	# shellcheck disable=SC2086,SC2046
	${CC:-cc} -g -Wall -Werror $driverflags -I"$src" -I"$topdir/tests/drivers" \
	    ${static:+-static} -o "$dir/test-$1" $program \
	    $(pkg-config $static --cflags --libs $component $packages) \
	    -lpthread > "$log" 2>&1
}

# run PROGRAM CASE [HOW TEXT]: one case, in a directory of its own.  HOW: dies,
# says; checked, checkedsays: likewise, but with the lock checker only; plain:
# dies, but without it only; warns: says, but dies with the lock checker
run ()
{
	prog=$1 case=$2 how=${3:-} text=${4:-}
	log=$dir/$case.log
	case $how,$lockdebug in
	checked*,false)
		echo "skip: $name: $case: needs a base with the lock checker"
		return ;;
	checked,*|warns,true)	how=dies ;;
	checkedsays,*|warns,false)	how=says ;;
	plain,true)
		echo "skip: $name: $case: the lock checker finds it earlier"
		return ;;
	plain,*)	how=dies ;;
	esac
	rm -rf "$dir/run"
	mkdir "$dir/run"
	if ! (cd "$dir/run" && prepare) > "$log" 2>&1; then
		fail "$case: what it needs was not made"
		return
	fi
	(cd "$dir/run" && exec timeout -s ABRT "${seconds:-60}" "$prog" "$case") \
	    >> "$log" 2>&1
	status=$?
	case $status,$how in
	0,)	echo "ok: $name: $case" ;;
	77,*)	echo "skip: $name: $case: $(tail -n 1 "$log")" ;;
	124,*|134,)
		fail "$case: no end, or aborted" ;;
	0,says)	if grep -q -- "$text" "$log"; then
			echo "ok: $name: $case"
		else
			fail "$case: did not say: $text"
		fi ;;
	0,dies)	fail "$case: should have stopped with: $text" ;;
	*,dies)	if grep -q -- "$text" "$log"; then
			echo "ok: $name: $case"
		else
			fail "$case: stopped, but not with: $text"
		fi ;;
	*)	fail "$case: status $status" ;;
	esac
}

# driver NAME: builds it and runs its cases.  In a subshell: recipes set what
# they like.
driver ()
{
	name=$1
	src=$topdir/tests/drivers/$name
	dir=$work/$name
	log=$dir/build.log
	mkdir -p "$dir"
	component= sources= flags= hostsources= program= packages= only= seconds=
	prepare () { :; }
	# shellcheck disable=SC1090,SC1091
	. "$src/recipe"
	if [ "$only" = lockdebug ] && ! $lockdebug; then
		echo "skip: $name: needs a base with the lock checker"
		return
	fi
	PKG_CONFIG_PATH=$dir:$destdir/lib/pkgconfig
	export PKG_CONFIG_PATH
	cd "$src" || exit 1
	# shellcheck disable=SC2086
	if ! "$destdir/bin/rumpcc" -o "$dir/lib$component" -g -Wall -Werror \
	    $driverflags $flags $sources ${hostsources:+--host $hostsources} \
	    > "$log" 2>&1; then
		grep -E 'error:|rumpcc:|^  ' "$log" | head -n 40
		fail "does not build"
		return
	fi
	echo "ok: $name: builds without a warning"
	if ! build shared; then
		fail "the program does not build"
		return
	fi
	"$dir/test-shared" -l > "$dir/cases" 2> "$log" ||
	    fail "the program does not list its cases"
	while read -r c how text; do
		run "$dir/test-shared" "$c" "$how" "$text"
	done < "$dir/cases"
	# The archive holds the same: a case that does not die shows it.
	c=$(awk 'NF == 1 { print $1; exit }' "$dir/cases")
	if [ -n "$c" ] && [ -z "$driverflags" ]; then
		log=$dir/static.log
		if build static; then
			name="$name (static)"
			run "$dir/test-static" "$c"
		else
			fail "the program does not link with the archive"
		fi
	fi
}

for d in ${drivers:-$(cd "$topdir/tests/drivers" && ls)}; do
	[ -f "$topdir/tests/drivers/$d/recipe" ] || continue
	(driver "$d")
done
