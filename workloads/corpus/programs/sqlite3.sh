package=sqlite3
program=sqlite3
does='A database in memory: rows inserted in transactions, indexes built, joins, groupings, updates
and deletions. Statements are parsed and dropped, the page cache stays; sizes are few and
recurring.'

input() {
    gawk -v rows="$(times 2000)" 'BEGIN {
        srand(7)
        print "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT, town TEXT, age INT);"
        print "CREATE TABLE visit(person INT, shop TEXT, spent REAL);"
        print "BEGIN;"
        for (i = 1; i <= rows; i++) {
            printf "INSERT INTO person VALUES(%d,\"name%d\",\"town%d\",%d);\n", i, rand() * rows, rand() * 50, 18 + rand() * 70
            printf "INSERT INTO visit VALUES(%d,\"shop%d\",%.2f);\n", 1 + int(rand() * rows), rand() * 30, rand() * 100
        }
        print "COMMIT;"
        print "CREATE INDEX by_town ON person(town, age);"
        print "CREATE INDEX by_person ON visit(person);"
        for (i = 0; i < rows / 20; i++) {
            printf "SELECT name, sum(spent) FROM person JOIN visit ON person.id = person WHERE town = \"town%d\" GROUP BY name ORDER BY 2 DESC LIMIT 5;\n", rand() * 50
            printf "UPDATE person SET age = age + 1 WHERE id = %d;\n", rand() * rows
        }
        print "DELETE FROM visit WHERE spent < 20;"
        print "SELECT shop, count(*), group_concat(person) FROM visit GROUP BY shop;"
    }' >script.sql
}

run() {
    trace sqlite3 :memory: '.read script.sql'
}
