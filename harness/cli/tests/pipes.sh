#!/usr/bin/env bash
# What is no regular file is refused and never waited for; what a signal or a full disk interrupts
# leaves what it should. No command here may take longer than this.
set -uo pipefail
scratch=$(mktemp -d)
mkdir "$scratch/disk"
trap 'umount "$scratch/disk" 2>/dev/null; rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failed=0
patience=60

complain() {
    echo "pipes.sh: $*"
    failed=1
}

# refused STATUS WORDS COMMAND...: ends in time with this status and one line that says so
refused() {
    local status=$1 words=$2 said got
    shift 2
    said=$(timeout "$patience" "$FITLAB" "$@" 2>&1 </dev/null)
    got=$?
    [ $got = "$status" ] || complain "$*: exit status $got instead of $status: $said"
    [[ $said == *"$words"* ]] || complain "$*: does not say '$words': $said"
}

mkfifo pipe pipe.fltrace
refused 2 'no regular file' record -o pipe -- true
refused 2 'nobody reads' generate uniform -o pipe.fltrace
refused 2 'regular file' run -p first-fit -w ./pipe.fltrace
refused 2 'regular file' info ./pipe.fltrace
# a pipe that somebody reads is as good as standard output
"$FITLAB" generate uniform:events=1000 -o one.fltrace >/dev/null
(timeout "$patience" cat pipe >read.fltrace) &
timeout "$patience" "$FITLAB" generate uniform:events=1000 -o pipe >/dev/null || sleep 1
wait
[ ! -s read.fltrace ] || cmp one.fltrace read.fltrace || complain 'a trace through a pipe is another one'

for table in summary.csv fragmentation.csv; do
    rm -rf out
    "$FITLAB" run -p first-fit -w uniform:events=1000 -o out >/dev/null
    rm "out/$table"
    mkfifo "out/$table"
    refused 2 'is no regular file' verify out
    [ $table = summary.csv ] && refused 2 'is no regular file' report out
done

# a cell of a table that has no end is not read to the end of the file
{ head -n 1 out/summary.csv 2>/dev/null || echo key; printf '"'; head -c 100000000 /dev/zero | tr '\0' x; } >endless.csv 2>/dev/null
rm -rf out
"$FITLAB" run -p first-fit -w uniform:events=1000 -o out >/dev/null
{ head -n 1 out/summary.csv; cat endless.csv; } >long.csv && mv long.csv out/summary.csv
grep -q __asan_init "$FITLAB" && most=unlimited || most=4000000 # AddressSanitizer reserves more
said=$( (ulimit -v $most; /usr/bin/env time -f %M -o peak "$FITLAB" report out 2>&1) )
[[ $said == *'a cell of more than 65536 bytes'* ]] || complain "an endless cell of a table: $said"
printf 'op,address,size\nmalloc,"' >endless.csv
head -c 50000000 /dev/zero | tr '\0' x >>endless.csv
said=$("$FITLAB" import csv endless.csv endless.fltrace 2>&1)
[[ $said == *'65536 bytes'* || $said == *'column'* ]] || complain "an endless cell of a trace: $said"

# a signal in the middle of an import
mkfifo slow
"$FITLAB" generate uniform:events=300000 -o many.fltrace >/dev/null
"$FITLAB" export rep many.fltrace one.rep
(cat one.rep; exec sleep 30) >slow & # exec: nothing is left of it that holds our output when it is killed
writer=$!
"$FITLAB" import rep slow cut.fltrace 2>/dev/null &
import=$!
for ((i = 0; i < 200; i++)); do
    [ -e cut.fltrace.part ] && break
    sleep .05
done
[ -e cut.fltrace.part ] || complain 'the import never began'
kill -TERM $import
wait $import
[ $? = 143 ] || complain 'a terminated import does not end by its signal'
kill $writer 2>/dev/null
[ ! -e cut.fltrace.part ] && [ ! -e cut.fltrace ] || complain "a terminated import leaves $(ls cut*)"

# a disk that is full while a program is recorded: the program does not notice
if mount -t tmpfs -o size=16k tmpfs disk 2>/dev/null; then
    cat >busy.awk <<'AWK'
BEGIN { for (i = 0; i < 300000; i++) a[int(1000 * rand())] = sprintf("%*d", int(900 * rand()), i); print a[7] > "/dev/stdout"; exit 7 }
AWK
    said=$(timeout 120 "$FITLAB" record -o disk/full.fltrace -- awk -f busy.awk 2>&1 >printed)
    status=$?
    [ $status = 7 ] || complain "recording onto a full disk: exit status $status, not the program's: $said"
    [ -s printed ] || complain 'the recorded program did not end as it should'
    [[ $said == *'No space left'*'full.fltrace.part'* ]] || complain "a full disk while recording: $said"
    "$FITLAB" run -p first-fit -w "trace:torn=accept,path=disk/full.fltrace.part" >ran 2>&1 ||
        complain "what was recorded cannot be replayed: $(cat ran)"
else
    echo 'pipes.sh: a full disk is left out: mounting a small one is not permitted here'
fi
exit $failed
