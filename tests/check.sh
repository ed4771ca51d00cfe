#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The whole test suite.  Called by `buildrump.sh check' with topdir, objdir,
# destdir and jobs in the environment and the script's path as argument.
# Ends with one line that counts every test case: "N passed, N failed, N skipped".
set -u
buildrump=$1
: "${topdir:?}" "${objdir:?}" "${destdir:?}" "${jobs:?}"
passed=0 failed=0 skipped=0
logs=$objdir/check-logs
rm -rf "$logs"
mkdir -p "$logs"

# runtests DIR VARIANT LOGNAME PROGRAM... : run with Kyua, log and results
runtests ()
{
	tdir=$1 tvar=$2 tlog=$3
	shift 3
	rm -f "$logs/$tlog.db"
	(cd "$tdir" && ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0:detect_stack_use_after_return=0:abort_on_error=1:allocator_may_return_null=1} \
	    UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 \
	    TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1:report_signal_unsafe=0} \
	    LD_LIBRARY_PATH=$objdir/$tvar/lib \
	    kyua -v parallelism="$jobs" test --results-file="$logs/$tlog.db" "$@") \
	    > "$logs/$tlog.log" 2>&1
}

# variant NAME "buildrump options" "test program patterns" : build and run
variant ()
{
	name=$1 opts=$2 select=$3
	echo "== $name"
	start=$(date +%s)
	# shellcheck disable=SC2086
	sh "$buildrump" -q -j "$jobs" -o "$objdir/$name" -d "$objdir/$name-rump" \
	    $opts build > "$logs/$name-build.log" 2>&1 || {
		tail -n 40 "$logs/$name-build.log"
		echo "not ok: build of the variant $name"
		failed=$((failed + 1))
		return
	}
	echo "   built in $(($(date +%s) - start)) s"
	dir=$objdir/$name/tests/programs
	progs=$(cd "$dir" && sed -n 's/.*name="\([^"]*\)".*/\1/p' Kyuafile)
	if [ -n "$select" ]; then
		# shellcheck disable=SC2086
		progs=$(for p in $progs; do
			for s in $select; do
				# shellcheck disable=SC2254
				case $p in $s) echo "$p"; break ;; esac
			done
		done)
	fi
	rm -f "$logs/$name.db"
	# shellcheck disable=SC2086
	runtests "$dir" "$name" "$name" $progs
	kyua report --results-file="$logs/$name.db" --verbose \
	    --results-filter=broken,failed > "$logs/$name.report" 2>&1
	counts=$(kyua report --results-file="$logs/$name.db" 2>/dev/null |
	    sed -n 's/^Test cases: \([0-9]*\) total, \([0-9]*\) skipped, \([0-9]*\) expected failures, \([0-9]*\) broken, \([0-9]*\) failed.*/\1 \2 \3 \4 \5/p')
	if [ -z "$counts" ]; then
		tail -n 20 "$logs/$name.log"
		echo "not ok: no result of the variant $name"
		failed=$((failed + 1))
		return
	fi
	# shellcheck disable=SC2086
	set -- $counts
	echo "   $1 cases: $(($1 - $2 - $4 - $5)) passed, $(($4 + $5)) failed, $2 skipped; $(($(date +%s) - start)) s"
	fixed=0
	bad=$(sed -n 's/^\(t_[A-Za-z0-9_]*:[A-Za-z0-9_]*\)  ->  \(failed\|broken\).*/\1/p' "$logs/$name.log")
	if [ -n "$bad" ]; then
		# Once more, alone: what passes then is told as unsteady.
		# shellcheck disable=SC2086
		runtests "$dir" "$name" "$name-again" $bad
		fixed=$(grep -c -- '->  passed' "$logs/$name-again.log")
		grep -- '->  passed' "$logs/$name-again.log" |
		    sed 's/^/   unsteady, passed when run again: /'
	fi
	passed=$((passed + $1 - $2 - $4 - $5 + fixed))
	failed=$((failed + $4 + $5 - fixed))
	skipped=$((skipped + $2))
	grep -E -- '->  (failed|broken|skipped)' "$logs/$name.log" | sed 's/^/   /'
}

# smoke NAME "buildrump options": install a variant and run the quick tests
smoke ()
{
	# shellcheck disable=SC2086
	if sh "$buildrump" -q -j "$jobs" -o "$objdir/$1" -d "$objdir/$1-rump" \
	    $2 install tests > "$logs/$1-smoke.log" 2>&1; then
		passed=$((passed + 1))
		echo "   the quick tests: passed"
	else
		failed=$((failed + 1))
		tail -n 40 "$logs/$1-smoke.log"
		echo "not ok: the quick tests of $1"
	fi
}

# script FILE DESTDIR NAME: one that prints lines "ok ...", "not ok ..." or
# "skip ..."
script ()
{
	out=$logs/$3.log
	start=$(date +%s)
	topdir=$topdir destdir=$2 objdir=$objdir jobs=$jobs sh "$1" \
	    > "$out" 2>&1
	status=$?
	p=$(grep -c '^ok' "$out")
	f=$(grep -c '^not ok' "$out")
	k=$(grep -c '^skip' "$out")
	if [ $status -ne 0 ] && [ "$f" -eq 0 ]; then
		echo "not ok: $3 ended with status $status" >> "$out"
		f=1
	fi
	passed=$((passed + p))
	failed=$((failed + f))
	skipped=$((skipped + k))
	echo "   $3: $p passed, $f failed, $k skipped; $(($(date +%s) - start)) s"
	grep '^skip' "$out" | sed 's/^/      /'
	[ "$f" -eq 0 ] || grep -B 15 '^not ok' "$out" | head -n 60
}

scripts ()
{
	echo "== scripts"
	for s in "$topdir"/tests/scripts/t_*.sh; do
		script "$s" "$objdir/default-rump" "$(basename "$s" .sh)"
	done
}

# The drivers with the base of a variant, which has other checks.
drivers ()
{
	# shellcheck disable=SC2086
	if sh "$buildrump" -q -j "$jobs" -o "$objdir/$1" -d "$objdir/$1-rump" \
	    $2 install > "$logs/$1-install.log" 2>&1; then
		script "$topdir/tests/scripts/t_drivers.sh" "$objdir/$1-rump" \
		    "t_drivers-$1"
	else
		failed=$((failed + 1))
		tail -n 40 "$logs/$1-install.log"
		echo "not ok: the installation of $1"
	fi
}

asan="-V b_sanitize=address,undefined -V lockdebug=true"
variant default "" ""
smoke default ""
scripts
variant lockdebug "-V lockdebug=true" ""
drivers lockdebug "-V lockdebug=true"
variant asan "$asan" ""
smoke asan "$asan"
variant tsan "-V b_sanitize=thread" "$(cat "$topdir/tests/tsan.list")"

for n in default lockdebug asan tsan; do
	if [ -f "$logs/$n.report" ] && grep -q '^===> .*\(failed\|broken\)' "$logs/$n.report" 2>/dev/null; then
		echo "== failures of $n (first lines; all in $logs/$n.report)"
		sed -n '1,120p' "$logs/$n.report"
	fi
done
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
