package=cpp-12
program=$(gcc -print-prog-name=cc1 2>/dev/null || echo cc1)
does='The C compiler proper, -O2, on a generated program of hash tables, parsers and numeric loops.
Trees and insns live in pools and obstacks of the compiler, so that malloc sees bitmaps, hash
tables that grow, and the tables of one function after the other.'

input() {
    gawk -v functions="$(times 5)" 'BEGIN {
        srand(5)
        print "#include <stdint.h>\n#include <stdlib.h>\n#include <string.h>\n#include <stdio.h>"
        print "struct node { struct node *next, *left, *right; uint64_t key; char name[32]; double value[8]; };"
        for (f = 0; f < functions; f++) {
            printf "static struct node *table%d[%d];\n", f, 64 + int(rand() * 960)
            printf "struct node *insert%d(uint64_t key, const char *name)\n{\n    struct node **at = &table%d[key %% %d];\n", f, f, 64
            print "    for (; *at; at = &(*at)->next)\n        if ((*at)->key == key && !strcmp((*at)->name, name))\n            return *at;"
            print "    *at = calloc(1, sizeof **at);\n    if (*at) {\n        (*at)->key = key;\n        snprintf((*at)->name, sizeof (*at)->name, \"%s\", name);\n    }\n    return *at;\n}"
            printf "double sum%d(const struct node *n, int depth)\n{\n    double total = 0;\n    for (int i = 0; i < 8; i++)\n        total += n->value[i] * %.3f + (double)(n->key >> i);\n", f, rand()
            printf "    if (n->left && depth < %d)\n        total += sum%d(n->left, depth + 1);\n    if (n->right && depth < %d)\n        total -= sum%d(n->right, depth + 1) / %d;\n    return total;\n}\n", 5 + rand() * 20, f, 5 + rand() * 20, rand() * f, 2 + rand() * 9
            printf "int parse%d(const char *text, struct node *out)\n{\n    int state = 0, count = 0;\n    for (; *text; text++) {\n        switch (state * %d + (*text & 15)) {\n", f, 16
            for (c = 0; c < 24; c++) printf "        case %d: state = %d; count += %d; out->value[%d] += *text * %d; break;\n", c * 3, rand() * 7, rand() * 9, rand() * 8, rand() * 99
            printf "        default: state = (state + *text) %% %d;\n        }\n    }\n    return count + (int)out->value[%d];\n}\n", 3 + rand() * 9, rand() * 8
        }
    }' >program.c
    gcc -E program.c -o program.i
}

run() {
    trace "$program" -fpreprocessed -quiet -O2 program.i -o program.s
}
