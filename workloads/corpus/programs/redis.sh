package=redis-server
program=redis-server
serves=yes
does='The server under the load of one client on a socket of its own: strings, hashes, lists and
sorted sets are written, grown, expired and deleted by a generated mix of commands. It allocates
with jemalloc, through which it is recorded. A long-lived heap under steady churn.'

input() {
    gawk -v commands="$(times 30000)" 'BEGIN {
        srand(41)
        for (i = 0; i < commands; i++) {
            key = int(rand() * rand() * 3000)
            value = ""
            for (n = rand() * rand() * 12; n > 0; n--) value = value sprintf("%06d", rand() * 1e6)
            choice = rand()
            if (choice < .35) print "SET", "s" key, "v" value
            else if (choice < .5) print "GET", "s" int(rand() * 3000)
            else if (choice < .62) print "HSET", "h" key % 400, "f" int(rand() * 60), "v" value
            else if (choice < .74) print "RPUSH", "l" key % 200, "v" value
            else if (choice < .8) print "LPOP", "l" key % 200
            else if (choice < .9) print "ZADD", "z" key % 50, int(rand() * 1e5), "m" key
            else print "DEL", "s" key
        }
        print "FLUSHALL"
    }' >commands
}

run() {
    trace redis-server --port 0 --unixsocket "redis.sock" --save '' --appendonly no --hz 1 &
    until redis-cli -s redis.sock PING >/dev/null 2>&1; do sleep 0.05; done
    redis-cli -s redis.sock <commands >replies
    redis-cli -s redis.sock SHUTDOWN NOSAVE
    wait $!
}
