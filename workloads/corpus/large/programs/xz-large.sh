package=xz-utils
program=xz
does='A compressor with four threads and dictionaries of 96 MB: dictionaries, match finders and the blocks of input and output of
each.'
outside='nothing.'

input() {
    gawk -v lines="$(times 3500000)" 'BEGIN {
        srand(103)
        for (i = 0; i < lines; i++) printf "%d %s reads %d of %x\n", i, substr("abcdefghijklmnopqrst", 1 + rand() * 9, 8), rand() * 1e4, rand() * 1e9
    }' >lines
}

run() {
    trace xz -T4 --lzma2=preset=0,dict=96MiB --block-size=16MiB -k -f lines
}
