package=lld-14
program=ld.lld-14
does='The LLVM linker, with four threads, on object files that define many thousands of symbols and refer to
each other.'
outside='nothing; symbols and sections lie in arenas, whose slabs are blocks here. Input and output files are mapped.'

objects() { # FILES SYMBOLS: so many in each; names and calls are the same each time
    local file
    for ((file = 0; file < $1; file++)); do
        gawk -v file="$file" -v files="$1" -v symbols="$2" 'BEGIN {
            srand(83 + file)
            for (i = 0; i < symbols; i++) {
                printf ".section .text.f%d_%d,\"ax\",@progbits\n.globl function_%d_of_file_%d\n", file, i, i, file
                printf "function_%d_of_file_%d:\n call function_%d_of_file_%d@PLT\n mov $%d, %%eax\n ret\n", i, file, rand() * symbols, rand() * files, rand() * 20
                if (i % 4 == 0) printf ".section .rodata.str1.1,\"aMS\",@progbits,1\n .asciz \"text %d of %d\"\n", rand() * symbols * 4, file % 8
            }
        }' | clang -x assembler -c -o "$file.o" -
        echo "$file.o"
    done >files
}

input() {
    objects "$(times 42)" 4000
}

run() {
    trace ld.lld-14 --threads=4 -shared --icf=all --gc-sections -O2 -o linked.so @files
}
