#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Manual pages: each passes mandoc's lint and is installed as it is, each
# prototype of section 9 is what the driver headers declare, and each name of
# docs/interface is in a page.
: "${destdir:?}" "${topdir:?}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
pages=$(cd "$topdir/docs/man" && echo man*/*.[1-9])
tool=$topdir/tools/manpages.py

for p in $pages; do
	f=$topdir/docs/man/$p
	b=$(basename "$p")
	if command -v mandoc >/dev/null 2>&1; then
		if mandoc -T lint -W warning "$f"; then
			echo "ok: $b lints clean"
		else
			echo "not ok: $b lints clean"
		fi
	else
		echo "skip: lint of $b: no mandoc here"
	fi
	title=$(awk '$1 == ".Dt" { print tolower($2) "." $3 }' "$f")
	if [ "$title" = "$(echo "$b" | tr '[:upper:]' '[:lower:]')" ] &&
	    cmp -s "$f" "$destdir/share/man/$p"; then
		echo "ok: $b has its own title and is installed"
	else
		echo "not ok: $b has its own title and is installed"
	fi
done

# prototypes
python3 "$tool" prototypes "$topdir" "$destdir" || echo "not ok: prototypes"
# a page that is wrong is found out
mkdir -p "$work/top/docs/man/man9"
wrong ()
{
	cat > "$work/top/docs/man/man9/wrong.9"
	r=$(python3 "$tool" prototypes "$work/top" "$destdir" | tail -n 1)
	if [ "$r" = "not ok: prototypes of wrong.9" ]; then
		echo "ok: $1 is found"
	else
		echo "not ok: $1 is found"
	fi
}
wrong "a wrong type of an argument" <<'PAGE'
.Sh SYNOPSIS
.In sys/mutex.h
.Ft void
.Fn mutex_enter "struct krwlock *mtx"
PAGE
wrong "a wrong number of arguments" <<'PAGE'
.Sh SYNOPSIS
.In sys/mutex.h
.Ft void
.Fo mutex_init
.Fa "kmutex_t *mtx"
.Fa "int ipl"
.Fc
PAGE
wrong "a function that no header declares" <<'PAGE'
.Sh SYNOPSIS
.In sys/mutex.h
.Ft void
.Fn mutex_that_is_not "kmutex_t *mtx"
PAGE
wrong "a header that does not declare the function" <<'PAGE'
.Sh SYNOPSIS
.In sys/queue.h
.Ft void
.Fn mutex_enter "kmutex_t *mtx"
PAGE
wrong "a macro with another number of parameters" <<'PAGE'
.Sh SYNOPSIS
.In sys/queue.h
.Fn LIST_FIRST "head" "field"
PAGE
wrong "a wrong type of a variable" <<'PAGE'
.Sh SYNOPSIS
.In sys/kernel.h
.Vt "extern struct proc *hz;"
PAGE

python3 "$tool" names "$topdir" "$destdir/lib" || echo "not ok: names"
python3 "$tool" refs "$topdir" || echo "not ok: references"
# and so are a name without a page, and a page that refers to none
cp -r "$topdir/docs/interface" "$work/top/docs"
cat > "$work/top/docs/man/man9/wrong.9" <<'PAGE'
.Sh SEE ALSO
.Xr nosuchpage 9
PAGE
for c in "names $work/top $destdir/lib" "refs $work/top"; do
	# shellcheck disable=SC2086
	python3 "$tool" $c > "$work/missing"
	if grep -q '^not ok: .*\(mutex_enter\|nosuchpage\)' "$work/missing"; then
		echo "ok: ${c%% *} that are missing are found"
	else
		echo "not ok: ${c%% *} that are missing are found"
	fi
done

# rumpcc tells of a missing name by page
printf 'mutex_enter\tmutex(9)\n' > "$work/want"
if grep -Fx -q -f "$work/want" "$destdir/share/rump/interface.tsv"; then
	echo "ok: the kit's table names pages"
else
	echo "not ok: the kit's table names pages"
fi
