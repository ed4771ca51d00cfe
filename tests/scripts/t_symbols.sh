#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# No global symbol of the kernel world but rump*, RUMP* and rumpns_* is in any
# shipped library, shared or static; and what a kernel library needs from
# outside is only that.
: "${destdir:?}"
check ()
{
	lib=$1 nmflags=$2
	# shellcheck disable=SC2086
	bad=$(nm $nmflags "$lib" 2>/dev/null | awk '
		NF < 2 { next }
		{ type = $(NF - 1); name = $NF; sub(/@.*/, "", name) }
		type !~ /^[A-Zuvwi]$/ { next }
		name ~ /^(rump|RUMP)/ { next }
		name ~ /^(_GLOBAL_OFFSET_TABLE_|_init|_fini|_edata|_end|__bss_start|_ITM_|__gmon_start__|__cxa_finalize|__start_link_set_|__stop_link_set_|__tls_get_addr|__(asan|tsan|ubsan|odr_asan)_)/ { next }
		name ~ /^__stack_chk_/ { next }
		{ print type, name }')
	if [ -n "$bad" ]; then
		echo "$bad" | head -n 20
		echo "not ok: $lib has other global symbols"
	else
		echo "ok: $lib"
	fi
}
n=0
for lib in "$destdir"/lib/librump*.so.0 "$destdir"/lib/librump*.a; do
	case $(basename "$lib") in
	librumpuser.*|librumpclient.*|librumphijack.*) continue ;; # host world
	esac
	# Components with a host part use libc there: only what they define counts.
	case $(basename "$lib") in
	librumpnet_shmif.*|librumpnet_virtif.*) flags=--defined-only ;;
	*) flags= ;;
	esac
	case $lib in
	*.so.0) check "$lib" "-D $flags" ;;
	*) check "$lib" "-g $flags" ;;
	esac
	n=$((n + 1))
done
[ $n -gt 0 ] || echo "not ok: no libraries in $destdir/lib"
