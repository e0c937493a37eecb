#!/usr/bin/env bash
# misbehaviour.sh BAD_FIT: a plug-in that does one thing wrong gets a row that says just that, with
# the event; and a verdict that fails the property it breaks.
. "$(dirname "$0")/common.sh"
plugin=$1

# fault, status, what the detail must say
while IFS='|' read -r fault status says; do
    got=$(rows -p "$plugin:fault=$fault,at=50" -w uniform:live=200,events=2000 -m check --time-limit 1)
    [[ $got == *"|$status|$says"* ]] || complain "$fault: expected '$status|$says', got '$got'"
done <<'TABLE'
crash|crash|SIGILL after 49 events
hang|timeout|the time limit ran out after 49 events
exit|crash|the process exited by itself after 49 events
below|corrupt|event 50: touched memory 8 bytes below its region
above|corrupt|event 50: wrote to memory less than a page above the break
far|corrupt|event 50: touched memory 100001 bytes above the break
past|corrupt|event 50: touched memory 1 bytes past the limit of its region
overlap|corrupt|event 50: the block overlaps a live one
misaligned|corrupt|event 50: the block is not aligned
short|corrupt|event 50: fewer bytes are usable than were asked for
outside|corrupt|event 50: 
damage|corrupt|event 1019: byte 0 of a live block of 900 bytes, allocated by event 49, was overwritten
lie|violation|after event 50: the walk has 49 used blocks, but 50 are live
fork|crash|left processes behind
daemon|crash|left processes behind
stray|crash|SIGSEGV after 49 events
scribble|crash|the results were damaged
forge|crash|the results were damaged
TABLE

# fault, the property that must fail (the others may, too)
while IFS='|' read -r fault property; do
    "$fitlab" check "$plugin:fault=$fault,at=20" -P "$property" -t 1 >"$scratch/verdict"
    status=$?
    { [ $status = 1 ] && grep -q "^  FAIL  $property" "$scratch/verdict"; } ||
        complain "check finds no broken '$property' with fault=$fault: $(cat "$scratch/verdict")"
done <<'TABLE'
crash|payload
hang|payload
exit|payload
below|bounds
far|bounds
past|bounds
overlap|overlap
misaligned|alignment
short|usable
outside|bounds
damage|payload
lie|spans
TABLE

# no process of those is left
[ -z "$(grep -ls "bad_fit\|$(basename "$plugin")" /proc/[0-9]*/maps)" ] || complain 'a process of a policy outlives its cell'

# The results of every pass are guarded, and a policy's processes count as its memory.
for pass in memory map minheap latency throughput; do
    for fault in scribble forge; do
        got=$(rows -p "$plugin:fault=$fault,at=50" -w uniform:live=200,events=2000 -m $pass --time-limit 5)
        [[ $got == *"|crash|the results were damaged"* ]] || complain "$pass, $fault: '$got'"
    done
done

# the sweep goes on: the cell after a crash is sound
got=$(rows -p "$plugin:fault=crash" first-fit -w uniform:live=200,events=2000)
[[ $got == *"|crash|"*$'\n'"first-fit|ok|"* ]] || complain "the cell after a crash: $got"
exit $failed
