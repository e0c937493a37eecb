#!/usr/bin/env bash
# What CI does passes on a fresh machine: .ci/run in a minimal Debian that debootstrap makes.
#
#   fresh_machine.sh SUITE [FOLDER]   SUITE: bookworm (Debian 12) or trixie (13). FOLDER: where the
#                                     system is made; it is kept, and used again if it is there.
# The mirror and the settings of apt are those of this machine. Needs root, and debootstrap.
set -euo pipefail
suite=$1
cd "$FITLAB_SOURCE"

skip() {
    echo "fresh_machine: skipped: $*"
    exit 77
}

[ "$(id -u)" = 0 ] || skip 'only root can make a system and enter it'
command -v debootstrap >/dev/null || skip 'debootstrap is not installed'
unshare --mount true 2>/dev/null || skip 'mounting is not permitted here'
# All that is mounted below is gone with the processes of this script.
[ -n "${FITLAB_IN_NAMESPACE-}" ] || FITLAB_IN_NAMESPACE=yes exec unshare --mount --pid --fork "$0" "$@"

mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
    sed -n 's/ [a-z]*$//p' | head -n 1)
[ -n "$mirror" ] || skip 'apt knows no mirror of Debian here'

root=${2-}
if [ -z "$root" ]; then
    root=$(mktemp -d)
    trap 'rm -rf --one-file-system "$root"' EXIT
fi
if [ ! -e "$root/made" ]; then
    eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
    [ -z "${http_proxy-}" ] || export http_proxy
    debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$root.log" 2>&1 || {
        tail -n 5 "$root.log"
        rm -f "$root.log"
        exit 1
    }
    rm -f "$root.log"
    cp /etc/apt/apt.conf.d/* "$root/etc/apt/apt.conf.d/"
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
    touch "$root/made"
fi
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"

rm -rf "$root/home/fitlab-source"
git clone -q . "$root/home/fitlab-source"
git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C "$root/home/fitlab-source"
chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root CI=true LC_ALL=C \
    nice -n 10 /home/fitlab-source/.ci/run
