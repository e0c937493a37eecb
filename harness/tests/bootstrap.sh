#!/usr/bin/env bash
# bootstrap asks for the packages that are missing and no others, under names that the system knows,
# and what it cannot do it says in one line. dpkg, apt and cmake are stand-ins here.
set -uo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

complain() {
    echo "bootstrap.sh: $*"
    failed=1
}

mkdir "$scratch/bin"
printf '#!/bin/sh\ncat "%s/installed"\n' "$scratch" >"$scratch/bin/dpkg-query"
cat >"$scratch/bin/apt-get" <<EOF
#!/bin/sh
echo "\$*" >>"$scratch/asked"
[ \$1 = update ] || [ ! -e "$scratch/no-packages" ]
EOF
printf '#!/bin/sh\n[ $1 = -u ] && echo 0\n' >"$scratch/bin/id"
printf '#!/bin/sh\ntrue\n' >"$scratch/bin/cmake"
chmod +x "$scratch"/bin/*

# bootstrap ID VERSION [WORDS...]: on such a system; what apt is asked for goes to `asked`, messages to `said`.
bootstrap() {
    printf 'ID=%s\nVERSION_ID="%s"\nNAME="Some Name"\n' "$1" "$2" >"$scratch/os-release"
    shift 2
    rm -f "$scratch/asked"
    touch "$scratch/asked"
    PATH="$scratch/bin:${commands-$PATH}" BOOTSTRAP_OS_RELEASE=$scratch/os-release \
        "$FITLAB_SOURCE/bootstrap" "$@" >"$scratch/said" 2>&1
}

printf 'installed, gcc, c-compiler\nconfig-files, cmake, \n' >"$scratch/installed"
bootstrap debian 12 || complain "on Debian 12: $(cat "$scratch/said")"
asked=" $(grep install "$scratch/asked") "
[[ $asked == *' cmake '* && $asked == *' libmimalloc-dev '* && $asked != *' gcc '* ]] ||
    complain "with gcc alone, it asks for $asked"

# On Debian 13 the package libtcmalloc-minimal4t64 provides the name that Debian 12 has.
sed 's/^ *install.*--no-install-recommends//' <<<"$asked" | tr ' ' '\n' | sed '/^$/d; /^libtcmalloc/d; s/.*/installed, &, /' \
    >>"$scratch/installed"
echo 'installed, libtcmalloc-minimal4t64, libtcmalloc-minimal4 (= 2.16-1), libtcmalloc' >>"$scratch/installed"
bootstrap debian 13 || complain "on Debian 13: $(cat "$scratch/said")"
[ ! -s "$scratch/asked" ] || complain "all is installed, and yet it asks for $(cat "$scratch/asked")"

# Where node and npm are not from Debian, a package of that name would only be in their way. All other
# commands are the system's own. That no package can be had ends bootstrap where it would begin to build.
touch "$scratch/no-packages"
mkdir "$scratch/commands"
for command in bash env dirname sed tr sort comm xargs echo cat; do
    ln -s "$(type -P $command)" "$scratch/commands/"
done
browser_asks() {
    commands=$scratch/commands bootstrap debian 13 test --browser
    tr ' ' '\n' <"$scratch/asked" | grep -xE 'chromium|nodejs|npm' | xargs
}
[ "$(browser_asks)" = 'chromium nodejs npm' ] ||
    complain "without node and npm, a browser's tests ask for '$(cat "$scratch/asked")'"
printf '#!/bin/sh\nexit 1\n' | tee "$scratch/commands/node" >"$scratch/commands/npm"
chmod +x "$scratch/commands/node" "$scratch/commands/npm"
[ "$(browser_asks)" = chromium ] || complain "node and npm are there, and yet it asks for '$(cat "$scratch/asked")'"
rm "$scratch/commands/npm"
[ "$(browser_asks)" = 'chromium npm' ] || complain "npm alone is missing, and it asks for '$(cat "$scratch/asked")'"

for unknown in 'debian 11' 'fedora 40' 'debian '; do
    bootstrap ${unknown% *} "${unknown#* }"
    status=$?
    [ $status = 2 ] && [ ! -s "$scratch/asked" ] && [ "$(wc -l <"$scratch/said")" = 1 ] &&
        grep -q 'Debian 12 and Debian 13.* gcc .*libjansson-dev' "$scratch/said" ||
        complain "on $unknown it ends with $status and says: $(cat "$scratch/said")"
done
exit $failed
