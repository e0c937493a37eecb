package=z3
program=z3
does='The SMT solver on products of bit vectors: it turns their multiplications into clauses, simplifies these,
and searches, until its budget of steps is spent.'
outside='nothing; small terms lie in 8 KB blocks of its own small-object allocator.'

products() { # NUMBER
    gawk -v products="$1" 'BEGIN {
        srand(79)
        print "(set-logic QF_BV)"
        for (i = 0; i <= products; i++) printf "(declare-const x%d (_ BitVec 32))\n", i
        for (i = 0; i < products; i++)
            printf "(assert (= (bvmul x%d (bvadd x%d #x%08x)) (bvxor x%d #x%08x)))\n", i, i + 1, rand() * 2 ^ 31, rand() * products, rand() * 2 ^ 31
        print "(check-sat)"
    }' >products.smt2
}

input() {
    products "$(times 40)"
}

run() {
    trace z3 -smt2 rlimit=4000000 products.smt2
}
