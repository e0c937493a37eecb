package=redis-server
program=redis-server
serves=yes
does='The server with a million keys in steady state: one client on the loopback interface writes them all,
then reads, overwrites, grows, deletes and writes anew, while a third of the keys expire. Strings of
8 to 400 bytes, hashes, lists and sorted sets. It allocates with jemalloc, through which it is recorded.'
outside='nothing of note.'

# Commands as the protocol has them, for redis-cli --pipe.
input() {
    gawk -v keys="$(times 1000000)" 'BEGIN {
        srand(43)
        for (i = 0; i < 40; i++) filler = filler "0123456789"
        for (i = 0; i < keys; i++) put(i)
        for (i = 0; i < 3 * keys; i++) {
            key = int(rand() * rand() * keys)
            choice = rand()
            if (choice < .40) put(key)
            else if (choice < .60) say("GET", "s" key)
            else if (choice < .70) say("HSET", "h" int(key / 50), "f" int(rand() * 50), value(60))
            else if (choice < .78) say("RPUSH", "l" int(key / 100), value(80))
            else if (choice < .84) say("LPOP", "l" int(key / 100))
            else if (choice < .90) say("ZADD", "z" int(key / 100), int(rand() * 1e6), "m" key)
            else if (choice < .95) say("APPEND", "s" key, value(40))
            else say("DEL", "s" key)
        }
    }
    function value(most) { return substr(filler, 1, 8 + int(rand() * most)) }
    function put(key) {
        if (rand() < .33) say("SET", "s" key, value(392), "PX", 1000 + int(rand() * 20000))
        else say("SET", "s" key, value(392 * rand() * rand()))
    }
    function say(a, b, c, d, e,    words) {
        words = e != "" ? 5 : d != "" ? 4 : c != "" ? 3 : 2
        printf "*%d\r\n", words
        word(a); word(b)
        if (words > 2) word(c)
        if (words > 3) word(d)
        if (words > 4) word(e)
    }
    function word(w) { printf "$%d\r\n%s\r\n", length(w), w }' >commands
}

run() {
    local port=$(free_port)
    trace redis-server --bind 127.0.0.1 --port "$port" --save '' --appendonly no &
    wait_for_port "$port"
    redis-cli -p "$port" --pipe <commands >replies
    redis-cli -p "$port" SHUTDOWN NOSAVE
    wait $!
}
