#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every C file is formatted as .clang-format says, starts with its licence
# and stays under 1,200 lines.
: "${topdir:?}"
cd "$topdir" || exit 1
files=$(git ls-files '*.c' '*.h' 2>/dev/null || find . -name '*.[ch]')
bad=0
for f in $files; do
	head -n 1 "$f" | grep -q 'SPDX-License-Identifier: BSD-2-Clause' || {
		echo "$f: no licence line"; bad=1; }
	[ "$(wc -l < "$f")" -le 1200 ] || { echo "$f: over 1,200 lines"; bad=1; }
done
[ $bad -eq 0 ] && echo "ok: licences and sizes" || echo "not ok: licences and sizes"
if ! command -v clang-format >/dev/null 2>&1; then
	echo "skip: no clang-format here"
	exit 0
fi
# shellcheck disable=SC2086
if echo $files | xargs clang-format --dry-run -Werror >/dev/null 2>"${TMPDIR:-/tmp}/fmt.$$"; then
	echo "ok: format"
else
	grep error: "${TMPDIR:-/tmp}/fmt.$$" | cut -d: -f1 | sort | uniq -c | sort -rn | head -n 20
	echo "not ok: format"
fi
rm -f "${TMPDIR:-/tmp}/fmt.$$"
