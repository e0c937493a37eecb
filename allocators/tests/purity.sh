#!/usr/bin/env bash
# purity.sh LIBRARY: the compiled policies call nothing but libc's memory functions and keep no
# writable data, so that the same code runs in the harness, as a plug-in and under a real program.
set -euo pipefail
library=$1
allowed='^(memcpy|memmove|memset|memcmp|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|__memcpy_chk|__memset_chk|__memmove_chk)$'

defined=$(nm --defined-only "$library" | awk 'NF == 3 { print $3 }' | sort -u)
foreign=$(nm --undefined-only "$library" | awk 'NF == 2 { print $2 }' | sort -u |
    comm -23 - <(echo "$defined") | grep -vE "$allowed" || true)
if [ -n "$foreign" ]; then
    echo "purity: the policies call" $foreign
    exit 1
fi
writable=$(size -A "$library" | awk '/:$/ || /\(ex / { object = $1 }
    ($1 == ".data" || $1 == ".bss" || $1 == ".tdata" || $1 == ".tbss") && $2 > 0 { print object, $1, $2 }')
if [ -n "$writable" ]; then
    echo "purity: the policies keep writable data:"
    echo "$writable"
    exit 1
fi
