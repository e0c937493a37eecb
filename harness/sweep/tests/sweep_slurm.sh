#!/usr/bin/env bash
# By a Slurm job array on a private one-machine cluster of two nodes, of which one loses its daemon and
# its tasks in the middle: the same bytes as here.
. "$(dirname "$0")/lib.sh"
for program in munged slurmctld slurmd sbatch; do
    PATH=$PATH:/usr/sbin command -v $program >/dev/null || skip "$program is not installed"
done
PATH=$PATH:/usr/sbin
[ "$(id -u)" = 0 ] || skip 'a private Slurm needs root'
cd "$scratch" || exit 1
host=$(hostname -s)
mkdir -p munge state log spool.n1 spool.n2
chmod 711 . munge
export SLURM_CONF=$scratch/slurm.conf
pids=()

cat >slurm.conf <<EOT
ClusterName=fitlab
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=17817
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$scratch/munge/sock,cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$scratch/log/jobcomp.txt
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool.%n
SlurmdPidFile=$scratch/slurmd.%n.pid
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmctldLogFile=$scratch/log/slurmctld.log
SlurmdLogFile=$scratch/log/slurmd.%n.log
SlurmdTimeout=10
ReturnToService=2
JobRequeue=1
RequeueExit=75
MinJobAge=3600
MaxArraySize=100001
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
NodeName=n[1-2] NodeHostname=n[1-2] NodeAddr=127.0.0.1 Port=[17901-17902] CPUs=1
PartitionName=main Nodes=ALL Default=YES State=UP
EOT

start() {
    setsid "$@" >>log/start.log 2>&1 &
    pids+=($!)
}
# ours [WORD]: the processes of this cluster, by their environment; with WORD in it, too
ours() {
    local process words
    for process in /proc/[0-9]*; do
        words=$(tr '\0' '\n' 2>/dev/null <"$process/environ") || continue
        grep -qxF "SLURM_CONF=$SLURM_CONF" <<<"$words" || continue
        [ -z "${1-}" ] || grep -qxF "$1" <<<"$words" || continue
        echo "${process#/proc/}"
    done 2>/dev/null
}
clean_up() {
    kill -9 "${pids[@]}" $(ours) 2>/dev/null
    sleep 0.2
}
wait_for() { # wait_for SECONDS COMMAND...
    local left=$(($1 * 5))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $((left--)) -gt 0 ] || return 1
        sleep 0.2
    done
}

dd if=/dev/urandom of=munge/key bs=1 count=1024 2>/dev/null
chmod 400 munge/key
start munged --foreground --key-file="$scratch/munge/key" --socket="$scratch/munge/sock" \
    --pid-file="$scratch/munge/pid" --log-file="$scratch/munge/log" --seed-file="$scratch/munge/seed"
wait_for 5 test -S munge/sock || skip "munged does not start: $(cat log/start.log)"
start slurmctld -D -i
start slurmd -D -N n1
start slurmd -D -N n2
doomed=${pids[-1]}
wait_for 20 sh -c '[ "$(sinfo -h -N -t idle | wc -l)" = 2 ]' ||
    skip "no idle nodes: $(tail -3 log/*.log)"

# at least 200 cells, some of them long enough to be interrupted
cat >spec.yaml <<'YAML'
policies:
  - first-fit: {order: [address, lifo], split_min: [32, 64, 128]}
  - best-fit: {order: [address, lifo]}
  - next-fit
workloads:
  - uniform: {events: [5000, 100000], live: [500, 2000]}
  - sawtooth: {events: 50000}
seeds: [1, 2, 3, 4, 5]
YAML
sweep spec.yaml --dry-run
[ "$(tail -1 said | cut -d' ' -f1)" -ge 200 ] || fail "too few cells: $(tail -1 said)"
sweep spec.yaml -o here || fail 'the local sweep'

# a node's daemon and the task it runs are killed once the first tasks are done
(
    wait_for 60 sh -c 'ls there/shards/*/*.done' || exit 1
    kill -9 "$doomed"
    for task in $(ours SLURMD_NODENAME=n2); do # and the daemon of the step that it is in
        kill -9 "$(ps -o ppid= -p "$task" | tr -d ' ')" "$task"
    done 2>/dev/null
    sleep 15
    setsid slurmd -D -N n2 >>log/start.log 2>&1 &
    echo $! >revived
) &
killer=$!
sweep spec.yaml -o there --engine slurm --batch 1 || fail "by Slurm: $(cat said)"
wait $killer || fail 'no task was ever done'
pids+=("$(cat revived)")
same_results here there

# submitted, left alone, collected later
"$FITLAB" sweep -q --no-figures spec.yaml -o later --engine slurm --batch 5 >/dev/null 2>&1 &
pid=$!
wait_for 20 sh -c 'ls later/shards/*/job' || fail 'nothing was submitted'
kill -INT $pid
wait $pid
[ $? = 130 ] || fail 'an interrupted wait exits with 130'
for _ in $(seq 120); do
    sweep spec.yaml -o later --engine slurm --collect && break
    sleep 1
done
[[ $(cat said) == *' 0 submissions go on' ]] || fail "collect: $(cat said)"
same_results here later

# a proof whose states are divided among tasks of the cluster finds what one process finds
found() { sed -E '2s/, [0-9.]+ s, .*//; 3s/ tried.*//' "$1"; }
question=(next-fit --live 5 --largest 4 --sizes pow2)
"$FITLAB" prove "${question[@]}" -j 1 >alone || fail 'the proof in one process'
timeout 300 "$FITLAB" prove "${question[@]}" --keep kept --engine slurm --batch 500 --tasks 2 >said 2>errors ||
    fail "the proof by Slurm: $(cat errors)"
diff <(found alone) <(found said) || fail 'the proof by Slurm has another result'
