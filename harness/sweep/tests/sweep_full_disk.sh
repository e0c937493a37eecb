#!/usr/bin/env bash
# A full disk, and a file that may not grow, is one clear line and no damage; once there is room, the
# same command goes on.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
write_spec spec.yaml
sweep spec.yaml -o whole || fail 'the sweep on a large disk'

said=$(ulimit -f 200; sweep spec.yaml -o limited 2>&1)
[ $? = 2 ] || fail "files that may not grow: $said"
[[ $(wc -l <<<"$said") = 1 && $said == *'File too large; raise the limit (ulimit -f) and give the same command again'* ]] ||
    fail "not one clear line: $said"
[ "$(grep -c '^[0-9a-f]' limited/summary.csv)" -gt 1 ] || fail 'no cell survived'
sweep spec.yaml -o limited || fail 'the sweep after the limit was raised'
same_results whole limited

mkdir disk
if ! mount -t tmpfs -o size=120k tmpfs disk 2>/dev/null; then
    # without root: in a mount namespace of our own, where there may be such
    [ -z "${FITLAB_IN_NAMESPACE-}" ] && unshare --user --map-root-user --mount true 2>/dev/null ||
        skip 'mounting a small disk is not permitted here'
    FITLAB_IN_NAMESPACE=yes unshare --user --map-root-user --mount "$0"
    exit
fi
clean_up() { umount disk 2>/dev/null; }
rounds=0
for kilobytes in 400 800 1200 1600; do # each time, some more cells fit
    said=$(sweep spec.yaml -o disk/out 2>&1)
    [ $? = 2 ] || fail "a full disk at $kilobytes: $said"
    [ "$(wc -l <<<"$said")" = 1 ] || fail "not one line: $said"
    [[ $said == *'No space left on device; make room and give the same command again'* ]] ||
        fail "not a clear line: $said"
    left=$(df --output=avail disk | tail -n 1) # of the cells that were done at once, each that fits survives
    [ "$left" -lt 64 ] || fail "$left KiB are left, yet cells that were done are not there"
    mount -o remount,size=${kilobytes}k disk || fail 'the disk does not grow'
    rounds=$((rounds + 1))
done
mount -o remount,size=50m disk
before=$(grep -c '^[0-9a-f]' disk/out/summary.csv)
[ "$before" -ge "$rounds" ] || fail "only $before cells survived"
sweep spec.yaml -o disk/out || fail 'the sweep after room was made'
same_results whole disk/out
[ "$(cut -d, -f2 disk/out/provenance.csv | sort -u | wc -l)" -gt 2 ] ||
    fail 'what was done before the disk was full was done again'
