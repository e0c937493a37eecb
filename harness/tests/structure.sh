#!/usr/bin/env bash
# The structure of the source tree: includes follow the order of the rooms, each header compiles alone, files stay short
# enough to read, and the words are those of the field.
set -uo pipefail
cd "$FITLAB_SOURCE" || exit 1
failed=0

complain() {
    echo "structure: $*"
    failed=1
}

quoted_includes() { sed -n 's/^ *# *include *"\([^"]*\)".*/\1/p' "$1"; }
angled_includes() { sed -n 's/^ *# *include *<\([^>]*\)>.*/\1/p' "$1"; }

# allocators -> libc and itself, by names from allocators/; what lies in its folders for users to
# copy obeys as well. The SDK knows nothing but itself, structures/ the SDK, a folder of a family
# these two and itself.
libc=' assert.h limits.h stdatomic.h stdalign.h stdbool.h stddef.h stdint.h string.h stdlib.h '
while IFS= read -r file; do
    room=$(dirname "${file#allocators/}")
    for header in $(quoted_includes "$file"); do
        [ -e "allocators/$header" ] ||
            complain "$file includes \"$header\", which is not of allocators/: name it from there"
        case $room:$(dirname "$header") in
        .:. | example:. | example:layers | "$room:$room" | structures:.) ;;
        example:* | .:*)
            [[ $room/$file == .*.c ]] || complain "$file may include the SDK only, and \"$header\" is not of it"
            ;;
        layers:* | *:. | *:structures) ;;
        *) complain "$file includes \"$header\", which is another family's" ;;
        esac
    done
    for header in $(angled_includes "$file"); do
        [[ $libc == *" $header "* ]] || complain "$file includes <$header>, which is not plain C"
    done
done < <(find allocators -name '*.[ch]' ! -path '*/tests/*')

# allocators/ has a licence of its own, which each of its files names
while IFS= read -r file; do
    complain "$file does not name its licence: begin it with /* SPDX-License-Identifier: MIT */"
done < <(find allocators -name '*.[ch]' -exec grep -L '^/\* SPDX-License-Identifier: MIT \*/$' {} +)

# workloads/ and harness/: each include names its room, and the rooms are in order
harness/tests/rooms.py . || failed=1

# nobody includes a test, or a source
while IFS= read -r file; do
    complain "$file includes what it should not: $(grep -nE '^ *# *include *".*(tests/|\.c").*' "$file")"
done < <(find allocators workloads harness -name '*.[ch]' ! -path '*/tests/*' \
    -exec grep -lE '^ *# *include *".*(tests/|\.c")' {} +)

# each header compiles alone
includes='-I. -Iharness -Iallocators'
flags="-std=gnu17 -fsyntax-only -Wall -Wextra -Wno-unused-function $includes $(
    pkg-config --cflags yaml-0.1 jansson libzstd libxxhash gsl)"
find allocators workloads harness -name '*.h' ! -path '*/tests/*' -print0 |
    xargs -0 -P2 -I{} sh -c 'echo "#include \"$1\"" | ${CC:-cc} '"$(echo $flags)"' -Werror -x c - ||
        { echo "structure: $1 does not compile alone"; exit 1; }' - {} || failed=1

# short enough to read
while read -r lines file; do
    most=430
    [[ $file == */tests/* ]] && most=500
    [ "$file" != total ] && [ "$lines" -gt "$most" ] && complain "$file has $lines lines: split it by topic"
done < <(find allocators workloads harness -name '*.[ch]' -exec wc -l {} +)

# the words of the field, and no leftovers
while IFS= read -r hit; do
    complain "$hit"
done < <(grep -rnwiE --include='*.[ch]' --include='*.md' \
    'tracefile|strategy|TODO|FIXME' allocators workloads harness plots
    grep -rnE --include='*.[ch]' '^ *# *if 0|typedef +(struct|union|enum)' allocators workloads harness |
        grep -v '^harness/[a-z]*/\(families/[a-z_]*\|tests/[a-z]*\)/' # what other people's sources include, or look like
    grep -rnwi --include='*.[ch]' 'chunks\?' allocators)

exit $failed
