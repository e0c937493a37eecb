package=z3
program=z3
does='The SMT solver on products of bit vectors: it turns their multiplications into clauses, simplifies these,
and searches, until its budget of steps is spent.'
outside='nothing; small terms lie in 8 KB blocks of its own small-object allocator.'

input() {
    (. "$corpus/programs/z3.sh" && products "$(times 120)")
}

run() {
    trace z3 -smt2 rlimit=40000000 products.smt2
}
