package=zstd
program=zstd
does='A compressor with two worker threads, over many generated files, those of some megabytes cut into
jobs. Few blocks and large ones: windows, tables and job buffers, which one thread allocates for
all.'

input() {
    mkdir files
    gawk -v files="$(times 400)" 'BEGIN {
        srand(61)
        for (f = 0; f < files; f++) {
            name = sprintf("files/%04d", f)
            lines = 6000 * rand() * rand() * rand() + 50
            for (i = 0; i < lines; i++) printf "%d %s record %d\n", i, substr("abcdefghijklmnop", 1 + rand() * 9, 6), rand() * 1e5 >name
            close(name)
        }
    }'
}

# Run again in the same folder, it leaves alone what it made before: or each run would have more to do.
run() {
    trace zstd -T2 -9 -q -f ${prepare:+--exclude-compressed} -r files
}
