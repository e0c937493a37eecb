#!/usr/bin/env bash
# On another machine over ssh, by GNU parallel: an sshd of our own on loopback, killed in the middle.
. "$(dirname "$0")/lib.sh"
sshd=$(command -v sshd || command -v /usr/sbin/sshd) || skip 'sshd is not installed'
command -v parallel >/dev/null || skip 'GNU parallel is not installed'
cd "$scratch" || exit 1
chmod 700 .
port=17922
write_spec spec.yaml
sed -i 's/seeds: .*/seeds: [1, 2, 3, 4]/' spec.yaml

ssh-keygen -q -t ed25519 -N '' -f host_key
ssh-keygen -q -t ed25519 -N '' -f user_key
cp user_key.pub authorized_keys
cat >sshd_config <<EOT
Port $port
ListenAddress 127.0.0.1
HostKey $scratch/host_key
PidFile $scratch/sshd.pid
AuthorizedKeysFile $scratch/authorized_keys
PasswordAuthentication no
StrictModes no
UsePAM no
EOT
cat >ssh_config <<EOT
Host node
    HostName 127.0.0.1
    Port $port
    User $(id -un)
    IdentityFile $scratch/user_key
    IdentitiesOnly yes
    StrictHostKeyChecking no
    UserKnownHostsFile $scratch/known_hosts
    LogLevel ERROR
EOT
[ "$(id -u)" = 0 ] && mkdir -p /run/sshd
start_sshd() { "$sshd" -f sshd_config -E sshd.log; }
clean_up() { [ -s sshd.pid ] && kill "$(cat sshd.pid)" 2>/dev/null; }
start_sshd || skip "sshd does not start: $(cat sshd.log)"
ssh -F ssh_config node true || skip "no login to loopback: $(tail -1 sshd.log)"

sweep spec.yaml -o here || fail 'the local sweep'
(
    sleep 2
    kill "$(cat sshd.pid)"
    sleep 1
    start_sshd
) &
sweep spec.yaml -o there --engine parallel --sshlogin node --batch 1 -j2 \
    --engine-options "--ssh 'ssh -F $scratch/ssh_config'" || fail "over ssh: $(cat said there/shards/*/*.log)"
wait
same_results here there
