package=clang-14
program=clang
does='The LLVM compiler on the C program of the trace cc1, -O1: operators new and delete of C++,
arenas of its front end, and the churn of its passes over every function.'

input() {
    (. "$corpus/programs/cc1.sh" && input)
}

run() {
    trace clang -O1 -S program.c -o program.s
}
