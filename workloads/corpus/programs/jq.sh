package=jq
program=jq
does='A JSON report: an array of generated orders is read whole, grouped, summed, sorted and written.
Every value is a counted block, copied when it is shared and changed.'

input() {
    gawk -v orders="$(times 2500)" 'BEGIN {
        srand(21)
        print "["
        for (i = 0; i < orders; i++) {
            printf "%s{\"id\": %d, \"customer\": {\"name\": \"c%d\", \"country\": \"%c%c\"}, \"lines\": [", i ? "," : "", i, rand() * 300, 65 + rand() * 5, 65 + rand() * 3
            n = 1 + int(rand() * 6)
            for (l = 0; l < n; l++) printf "%s{\"sku\": \"sku-%d\", \"count\": %d, \"price\": %.2f}", l ? ", " : "", rand() * 900, 1 + rand() * 9, rand() * 50
            print "]}"
        }
        print "]"
    }' >orders.json
    cat >report.jq <<'JQ'
map(. + {total: (.lines | map(.count * .price) | add)})
| group_by(.customer.country)
| map({country: .[0].customer.country,
       orders: length,
       revenue: (map(.total) | add),
       best: (group_by(.customer.name) | map({name: .[0].customer.name, total: (map(.total) | add)})
              | sort_by(-.total) | .[:3]),
       skus: ([.[].lines[].sku] | unique | length)})
JQ
}

run() {
    trace jq -f report.jq orders.json
}
