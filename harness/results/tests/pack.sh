#!/usr/bin/env bash
# `fitlab pack` leaves an archive that says what is in it: the same folder gives the same bytes, and
# where it is unpacked `fitlab verify` accepts it, or names what is missing or changed.
set -uo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
fail() {
    echo "pack: $*"
    exit 1
}
# says STATUS TEXT COMMAND...: how a command ends, and what it says
says() {
    local status=$1 text=$2 got=0
    shift 2
    "$@" >said 2>&1 || got=$?
    [ $got = "$status" ] && grep -qF -- "$text" said || fail "$*: status $got instead of $status, or not '$text': $(cat said)"
}

mkdir here there data
"$FITLAB" generate uniform:events=1000,live=50,seed=7 -o data/mine.fltrace >/dev/null
cat >here/two.yaml <<'YAML'
policies: [first-fit, "buddy:system=weighted"]
workloads: ["uniform:events=1000", ../data/mine.fltrace, zstd, "repeat:trace=../data/mine.fltrace,times=2"]
outputs: {compress: yes}
YAML
cd here || exit 1
"$FITLAB" sweep -q two.yaml -o out --no-figures >said || fail "the sweep: $(cat said)"
mkdir -p out/figures
printf 'a,b\n1,2\n' >out/figures/one.csv
printf 'A caption.\nDrawn with: fitlab plot out -f one\n' >out/figures/one.txt
echo '<svg/>' >out/figures/one.svg

says 0 'two.tar.zst: ' "$FITLAB" pack out -o two.tar.zst
cp two.tar.zst first
sleep 1.1 # a time in the archive would differ
touch out/summary.csv
"$FITLAB" pack out -o two.tar.zst >/dev/null
cmp first two.tar.zst || fail "the same folder gives other bytes"
says 0 'two-with.tar.zst: ' "$FITLAB" pack out --with-traces -o two-with.tar.zst
cd ../there || exit 1
tar --zstd -xf ../here/two.tar.zst && tar --zstd -xf ../here/two-with.tar.zst || fail "tar cannot unpack it"
for file in README.txt spec.yaml commands.txt traces.csv XXH128SUMS summary.csv fragmentation.csv.zst manifest.json datapackage.json figures/one.csv figures/one.txt; do
    [ -s "two/$file" ] || fail "$file is not in the archive: $(find two)"
done
[ ! -e two/figures/one.svg ] && [ ! -e two/.lock ] && [ ! -e two/traces ] || fail "too much is in the archive: $(find two)"
cmp two/spec.yaml ../here/two.yaml || fail "the spec is another one"
grep -qx 'fitlab sweep -q two.yaml -o out --no-figures' two/commands.txt && grep -qx 'fitlab plot out -f one' two/commands.txt ||
    fail "commands are missing: $(cat two/commands.txt)"
[ "$(wc -l <two/XXH128SUMS)" = "$(find two -type f ! -name XXH128SUMS | wc -l)" ] || fail "not every file has a digest"
if command -v xxh128sum >/dev/null; then
    (cd two && xxh128sum --quiet -c XXH128SUMS >/dev/null) || fail "xxh128sum does not accept the digests"
fi

# Elsewhere the trace with a path is missing, and the one of the corpus is not.
rm -rf ../data
mine=two/traces/+..+data+mine.fltrace
says 1 "$mine: the trace '../data/mine.fltrace' is missing" "$FITLAB" verify two
says 1 '2 traces of an archive: 1 missing or changed' "$FITLAB" verify two
says 0 '8 of 8 deterministic cells run again: 8 the same' "$FITLAB" verify two-with
says 0 '2 traces of an archive: 0 missing or changed' "$FITLAB" verify two-with
mkdir two/traces
"$FITLAB" generate uniform:events=1000,live=50,seed=8 -o $mine >/dev/null
says 1 "$mine: the trace '../data/mine.fltrace' is another one now" "$FITLAB" verify two
cp two-with/traces/* two/traces/
says 0 '8 the same, 0 not' "$FITLAB" verify two

# Of what was unpacked another archive can be made; it has the same files.
"$FITLAB" pack two-with --with-traces -o again.tar.zst >/dev/null || fail "what was unpacked cannot be packed"
mkdir again && tar --zstd -xf again.tar.zst -C again --strip-components=1
diff -r two-with again -x .lock -x figures || fail "an archive of what was unpacked has other files"

# What is missing or changed is named.
rm two/figures/one.csv two/curve.csv
echo >>two/spec.yaml
sed -i '2s/,ok,/,oom,/' two/summary.csv
"$FITLAB" verify two >said 2>&1 && fail "a changed archive is accepted"
for line in 'two/figures/one.csv: is missing' 'two/curve.csv: is missing' 'two/spec.yaml: is not the file that was packed' \
    'two/summary.csv: is not the file that was packed'; do
    grep -qxF "$line" said || fail "verify does not say '$line': $(cat said)"
done

# Bad input: one line, exit code 2, and nothing half-written.
refused() {
    local words=$1 got=0
    shift
    "$FITLAB" "$@" >said 2>&1 || got=$?
    [ $got = 2 ] && [ "$(wc -l <said)" = 1 ] && grep -qF -- "$words" said || fail "$*: status $got: $(cat said)"
    [ -z "$(find . -name '*.part' -o -name 'no.tar.zst')" ] || fail "$*: something is left behind"
}
refused 'ends in .tar.zst' pack two-with -o no.zip
refused 'ends in .tar.zst' pack two-with -o .tar.zst
refused 'nowhere' pack nowhere -o no.tar.zst
refused 'cannot be created' pack two-with -o nowhere/no.tar.zst
refused 'say where to' pack two-with
rm two-with/traces/+*
refused "the trace '../data/mine.fltrace' is not here" pack two-with --with-traces -o no.tar.zst
for list in "$(printf '%032d  ../../etc/passwd' 0)" "$(printf '%032d  /etc/passwd' 0)" 'nonsense' "$(printf '%032d' 0)"; do
    echo "$list" >two-with/XXH128SUMS
    refused 'XXH128SUMS:1: is no digest' verify two-with
done
exit 0
