#!/usr/bin/env bash
# What cannot be a policy is one line that names it and the remedy, and exit status 2.
. "$(dirname "$0")/common.sh"

# refused SPEC WORDS: fitlab must refuse the spec, in one line that has the words
refused() {
    local said status
    said=$("$fitlab" run -p "$1" -w uniform:live=10,events=20 2>&1)
    status=$?
    [ $status = 2 ] && [ "$(wc -l <<<"$said")" = 1 ] && [[ $said == *"$2"* ]] ||
        complain "$1: exit status $status and '$said' instead of a line with '$2'"
}

plugin() { # NAME FLAG...: the example under another name
    local name=$1
    shift
    sed "s/my_fit = {/$name = {/" "$FITLAB_SOURCE/allocators/example/my_fit.c" >"$scratch/$name.c"
    cc -w -shared -fPIC -I"$FITLAB_SOURCE/allocators" "$@" -o "$scratch/$name.so" "$scratch/$name.c"
}

plugin sound_fit
"$fitlab" run -p "$scratch/sound_fit.so:fit=best" -w uniform:live=10,events=20 >/dev/null ||
    complain "a sound plug-in is refused"

# A '+' in the name of a folder is none between layers, with and without a "./" before it.
mkdir "$scratch/c++"
cp "$scratch/sound_fit.so" "$scratch/sound_fit.c" "$scratch/c++/"
cd "$scratch" || exit 1
"$fitlab" run -p ./c++/sound_fit.so c++/sound_fit.so:fit=best cache+./c++/sound_fit.so cache+c++/sound_fit.so \
    -w uniform:live=10,events=20 >said 2>&1 && [ "$(grep -c 'c++/sound_fit.so.* ok ' said)" = 4 ] ||
    complain "paths with a plus: $(cat said)"
refused cahce+./c++/sound_fit.so "did you mean 'cache'?"
refused "$scratch/sound_fit.so:fti=best" "did you mean 'fit'?"
refused "$scratch/sound_fit.so:fit=bset" "did you mean 'fit=best'?"
refused "$scratch/nowhere.so" "nowhere.so: No such file or directory"

echo 'no library' >"$scratch/text.so"
refused "$scratch/text.so" "no shared library"
cp "$scratch/sound_fit.so" "$scratch/other_fit.so"
refused "$scratch/other_fit.so" "defines neither 'const struct policy other_fit' nor malloc and free"

plugin old_fit -DFITLAB_POLICY_ABI=0u
sed -i 's/#define FITLAB_POLICY_ABI.*//' "$scratch/old_fit.c"
cc -w -shared -fPIC -DOLD -I"$FITLAB_SOURCE/allocators" -x c - -o "$scratch/old_fit.so" <<'C'
#include "policy.h"
const struct policy old_fit = {.abi = FITLAB_POLICY_ABI + 1, .name = "old-fit", .summary = ""};
C
refused "$scratch/old_fit.so" "rebuild it"
cc -w -shared -fPIC -I"$FITLAB_SOURCE/allocators" -x c - -o "$scratch/empty_fit.so" <<'C'
#include "policy.h"
const struct policy empty_fit = {.abi = FITLAB_POLICY_ABI, .name = "empty-fit", .summary = ""};
C
refused "$scratch/empty_fit.so" "lacks open, alloc, free"
cc -w -shared -fPIC -I"$FITLAB_SOURCE/allocators" -x c - -o "$scratch/dying_fit.so" <<'C'
#include "policy.h"
const struct policy dying_fit = {.abi = FITLAB_POLICY_ABI};
__attribute__((constructor)) static void die(void) { __builtin_trap(); }
C
refused "$scratch/dying_fit.so" "while it is loaded"
cc -w -shared -fPIC -x c - -o "$scratch/libbare.so" <<'C'
void *malloc(unsigned long n) { return 0; }
void free(void *p) {}
C
refused "$scratch/libbare.so" "neither realloc nor malloc_usable_size"

printf 'int mm_init(void) { return 0; }\nvoid *mm_malloc(unsigned long n) { return oops; }\n' >"$scratch/mm.c"
said=$("$fitlab" check "$scratch/mm.c" 2>&1)
[ $? = 2 ] && [[ $said == *"does not compile: "*"mm.c:"*oops* ]] ||
    complain "a file that does not compile, for a command that makes no rows: $said"
refused "$scratch/missing.c" "missing.c: No such file or directory"
refused "jemaloc" "did you mean 'jemalloc'?"
exit $failed
