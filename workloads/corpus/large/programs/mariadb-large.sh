package=mariadb-server-core
program=/usr/sbin/mariadbd
serves=yes
does='A database server in steady state under eight clients at once on the loopback interface: they fill tables
in memory, then look up, join, sort, update, delete and insert in a mix. C++, a thread a client.'
outside='the buffer pool and the log buffers of InnoDB, which it maps.'

input() {
    local client
    for ((client = 0; client < 8; client++)); do
        gawk -v client="$client" -v rows="$(times 12000)" 'BEGIN {
            srand(109 + client)
            printf "CREATE DATABASE IF NOT EXISTS shop; USE shop; SET SESSION max_heap_table_size = 1 << 30;\n"
            printf "CREATE TABLE person%d(id INT PRIMARY KEY, name VARCHAR(60), town INT, age INT, KEY USING BTREE (town, age)) ENGINE=MEMORY;\n", client
            printf "CREATE TABLE note%d(id INT PRIMARY KEY AUTO_INCREMENT, person INT, words TEXT, KEY(person)) ENGINE=InnoDB;\n", client
            for (i = 0; i < rows; i += 20) {
                printf "INSERT INTO person%d VALUES", client
                for (r = i; r < i + 20; r++) printf "%s(%d,\"name%d\",%d,%d)", (r > i) ? "," : "", r, rand() * rows, rand() * 500, 18 + rand() * 70
                print ";"
            }
            for (i = 0; i < rows; i++) {
                choice = rand(); one = int(rand() * rows)
                if (choice < .4) printf "SELECT name, age FROM person%d WHERE id = %d;\n", client, one
                else if (choice < .5) printf "SELECT town, count(*), group_concat(name ORDER BY age) FROM person%d WHERE town = %d GROUP BY town;\n", client, rand() * 500
                else if (choice < .6) printf "SELECT p.name, n.words FROM person%d p JOIN note%d n ON n.person = p.id WHERE p.town = %d ORDER BY 2, 1 LIMIT 20;\n", client, client, rand() * 500
                else if (choice < .75) printf "UPDATE person%d SET age = age + 1, name = concat(name, \"%d\") WHERE id = %d;\n", client, rand() * 10, one
                else if (choice < .9) printf "INSERT INTO note%d(person, words) VALUES(%d, repeat(\"word \", %d));\n", client, one, 1 + 300 * rand() * rand()
                else printf "DELETE FROM note%d WHERE person = %d;\n", client, one
            }
        }' >"$client.sql"
    done
}

run() {
    local port=$(free_port) client clients=() server
    mkdir data
    trace "$program" --no-defaults --user=root --skip-grant-tables --skip-name-resolve --datadir="$PWD/data" --socket="$PWD/maria.sock" \
        --bind-address=127.0.0.1 --port="$port" --innodb-buffer-pool-size=64M --innodb-flush-log-at-trx-commit=0 &
    server=$!
    wait_for_port "$port"
    for ((client = 0; client < 8; client++)); do
        mariadb --no-defaults -h 127.0.0.1 -P "$port" <"$client.sql" >"$client.out" &
        clients+=($!)
    done
    wait "${clients[@]}"
    mariadb --no-defaults -h 127.0.0.1 -P "$port" -e SHUTDOWN
    wait "$server"
}
