#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The command line of buildrump.sh: usage errors have status 1 and say why.
: "${topdir:?}" "${objdir:?}"
b=$topdir/buildrump.sh
expect ()
{
	what=$1 status=$2 text=$3
	shift 3
	out=$("$@" 2>&1)
	got=$?
	if [ $got -eq "$status" ] && echo "$out" | grep -q -- "$text"; then
		echo "ok: $what"
	else
		echo "$out" | head -n 5
		echo "not ok: $what: status $got"
	fi
}
expect "unknown command" 1 "unknown command: frobnicate" sh "$b" frobnicate
expect "unknown command prints usage" 1 "^usage:" sh "$b" frobnicate
expect "unknown option" 1 "unknown option -z" sh "$b" -z
expect "option without value" 1 "needs a value" sh "$b" -d
expect "bad -j" 1 "not a number" sh "$b" -j many checkout
expect "unknown flag variable" 1 "unknown flag variable" sh "$b" -F NOSUCH=1 checkout
expect "-r with -D" 1 "exclude each other" sh "$b" -r -D checkout
expect "help" 0 "^usage:" sh "$b" -h
expect "-T says that it means nothing" 0 "no tool directory" sh "$b" -T /tmp checkout
expect "-s of another tree" 1 "part of this tree" sh "$b" -s /tmp checkout
expect "checkout" 0 "sources complete" sh "$b" checkout
d=$(mktemp -d) && touch "$d/precious"
for c in build clean; do
	expect "$c leaves a strange directory" 1 "not an object directory" \
	    sh "$b" -o "$d" $c
	[ -f "$d/precious" ] || echo "not ok: $c removed somebody's file"
done
rm -rf "$d"
expect "clean" 0 "removed" sh "$b" -o "$d" clean
expect "tests before a build" 1 "run fullbuild first" sh "$b" -d /nonexistent/x tests
expect "interface before a build" 1 "run fullbuild first" sh "$b" -d /nonexistent/x interface
expect "-k has nothing to test" 0 "tests skipped" sh "$b" -k tests
expect "installation where it was not built for" 1 "another destination" \
    sh "$b" -o "$objdir/default" -d /nonexistent/x install
