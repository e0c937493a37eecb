package=memcached
program=memcached
serves=yes
does='The cache at its limit of 1152 MB, filled by four clients at once on the loopback interface with
values of 1 to 400 KB, many more than it holds, so that it evicts. Four worker threads.'
outside='nothing, but the cache is a few blocks of a megabyte, cut into items by slabs of its own.'

input() {
    cat >client.py <<'PYTHON'
import random, socket, sys, threading

port, megabytes, largest = map(int, sys.argv[1:])

def fill(seed):
    rng = random.Random(seed)
    server = socket.create_connection(("127.0.0.1", port))
    replies = server.makefile("rb")
    left = megabytes * 1024 * 1024 // 4
    while left > 0:
        key = b"k%d-%d" % (seed, rng.randrange(megabytes * 100))
        size = int(largest * 1024 * rng.random() ** 2) + 1024
        server.sendall(b"set %s 0 0 %d\r\n" % (key, size) + bytes(size) + b"\r\n")
        replies.readline()
        if rng.random() < .3:
            server.sendall(b"get %s\r\n" % key)
            while (line := replies.readline()) != b"END\r\n":
                if line.startswith(b"VALUE"):
                    replies.read(int(line.split()[3]) + 2)
        left -= size

clients = [threading.Thread(target=fill, args=(seed,)) for seed in range(4)]
for client in clients:
    client.start()
for client in clients:
    client.join()
socket.create_connection(("127.0.0.1", port)).sendall(b"shutdown\r\n")
PYTHON
}

run() {
    local port=$(free_port) megabytes=$(times 1152)
    trace memcached -u root -l 127.0.0.1 -p "$port" -U 0 -m "$megabytes" -t 4 -n 48 -f 1.5 -A &
    wait_for_port "$port"
    /usr/bin/python3 client.py "$port" "$((megabytes + megabytes / 4))" 400
    wait $!
}
