package=gawk
program=gawk
does='A log report: fields of generated web-server lines counted and joined in associative arrays,
with sorted output. Strings and array nodes that live long among short-lived fields.'

input() {
    gawk -v lines="$(times 9000)" 'BEGIN {
        srand(3)
        for (i = 0; i < lines; i++)
            printf "10.0.%d.%d - - [%02d:%02d:%02d] \"GET /page/%d?id=%d HTTP/1.1\" %d %d\n",
                rand() * 8, rand() * 200, i / 3600 % 24, i / 60 % 60, i % 60,
                rand() * rand() * 900, rand() * 1e6, rand() < .9 ? 200 : 404, 200 + rand() * 9000
    }' >access.log
    cat >report.awk <<'AWK'
{
    split($6, part, "?")
    visits[part[1]]++
    bytes[$1] += $NF
    seen[part[1]] = seen[part[1]] (length(seen[part[1]]) < 120 ? " " $1 : "")
    if ($(NF - 1) == 404) missing[part[1] "|" $1] = NR
    codes[$(NF - 1)][substr($4, 2, 2)]++
}
END {
    PROCINFO["sorted_in"] = "@val_num_desc"
    for (page in visits) print page, visits[page], seen[page]
    for (host in bytes) printf "%s %.1f KiB\n", host, bytes[host] / 1024
    for (key in missing) { split(key, p, "|"); print p[1], p[2], missing[key] }
    for (code in codes) for (hour in codes[code]) print code, hour, codes[code][hour]
}
AWK
}

run() {
    trace gawk -f report.awk access.log
}
