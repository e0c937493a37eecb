#!/usr/bin/env bash
# The Debian package: what policy asks for is in it, lintian reports nothing, and an installed fitlab
# uses the data that are installed beside it and knows nothing of the builder's folders.
set -uo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

complain() {
    echo "package.sh: $*"
    failed=1
}

skip() {
    echo "package.sh: skipped: $*"
    exit 77
}

command -v dpkg-deb >/dev/null || skip 'dpkg-deb is not installed'
cpack --config "$FITLAB_BUILD/CPackConfig.cmake" -G DEB -B "$scratch/made" >"$scratch/log" 2>&1 || {
    cat "$scratch/log"
    exit 1
}
dpkg-deb -x "$scratch"/made/*.deb "$scratch/root"
usr=$scratch/root/usr
for file in share/doc/fitlab/{copyright,changelog.gz,CHANGELOG.md} share/man/man1/fitlab.1.gz; do
    [ -s "$usr/$file" ] || complain "$file is not in the package"
done
dpkg-deb -f "$scratch"/made/*.deb Suggests | grep -q 'libmimalloc2.0 | libmimalloc3' ||
    complain 'mimalloc is suggested under one name only'
! grep -arqF "$FITLAB_SOURCE" "$usr/bin" "$usr/lib" || complain "the package tells where it was built"

# What is taken away from the package is missed, although the tree that it was built from has it.
"$usr/bin/fitlab" run -p bump -w gawk >"$scratch/said" 2>&1 || complain "$(cat "$scratch/said")"
rm -r "$usr"/share/fitlab/{corpus,specs,plots}
! "$usr/bin/fitlab" run -p bump -w gawk >"$scratch/said" 2>&1 || complain 'the corpus is not the installed one'
! "$usr/bin/fitlab" sweep quick --dry-run >"$scratch/said" 2>&1 || complain 'sweeps are not the installed ones'
! "$usr/bin/fitlab" info uniform --figure "$scratch/a.svg" >"$scratch/said" 2>&1 ||
    complain 'the scripts of figures are not the installed ones'

[ $failed = 0 ] || exit 1
command -v lintian >/dev/null || skip 'lintian is not installed: the rest of the package is well'
mkdir "$scratch/lintian" # lintian does not take its own temporary files away
TMPDIR=$scratch/lintian lintian --fail-on error,warning "$scratch"/made/*.deb || exit 1
