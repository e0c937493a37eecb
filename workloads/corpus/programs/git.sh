package=git
program=git
does='The log with patches and rename detection over a generated history: objects are inflated,
parsed, compared and dropped, commit by commit. Blocks of many sizes up to whole files.'
environment=(GIT_CONFIG_NOSYSTEM=1)

input() {
    gawk -v commits="$(times 300)" 'BEGIN {
        srand(9)
        for (c = 1; c <= commits; c++) {
            printf "commit refs/heads/main\nmark :%d\ncommitter A U Thor <author@example.com> %d +0000\ndata 9\nchange %02d\n", c, 1600000000 + c * 3600, c % 100
            if (c > 1) printf "from :%d\n", c - 1
            for (f = 0; f < 3; f++) {
                body = ""
                for (l = 0; l < 40 + rand() * 160; l++) body = body "line " int(rand() * 500) " of the file\n"
                printf "M 100644 inline dir%d/file%d\ndata %d\n%s\n", rand() * 6, rand() * 20, length(body), body
            }
            print ""
        }
    }' >history
    git init -q --bare repository
    git -C repository fast-import --quiet <history
}

run() {
    trace git -C repository log -p --stat -M -C main
}
