#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh OBJDIR: every figure once, from a release build in OBJDIR.
set -eu
obj=$1/bench
work=$(mktemp -d /dev/shm/rumpbench.XXXXXX 2>/dev/null || mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '%-44s %14s %-8s %15s\n' "figure" "value" "unit" "host"
for b in base vfs fs net; do
	"$obj/bench_boot_$b" "$b"
done
"$obj/bench_syscall"
image=
mkdir "$work/empty" "$work/host"
if command -v makefs >/dev/null 2>&1; then
	image=$work/ffs.img
	makefs -t ffs -s 512m -f 40000 -o version=2,bsize=16384,fsize=2048 \
	    "$image" "$work/empty" >/dev/null
else
	echo "(no makefs on this host: the FFS figures are left out)"
fi
# shellcheck disable=SC2086
"$obj/bench_fs" "$work/host" $image
"$obj/bench_net" "$work/bus"
