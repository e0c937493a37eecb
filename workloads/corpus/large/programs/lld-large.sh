package=lld-14
program=ld.lld-14
does='The LLVM linker, with four threads, on object files that define hundreds of thousands of symbols and
refer to each other.'
outside='nothing; symbols and sections lie in arenas, whose slabs are blocks here. Input and output files are mapped.'

input() {
    (. "$corpus/programs/lld.sh" && objects "$(times 120)" 12000)
}

run() {
    trace ld.lld-14 --threads=4 -shared --icf=all --gc-sections -O2 -o linked.so @files
}
