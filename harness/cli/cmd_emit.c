/* cmd_emit.c - `fitlab emit`: a policy as one C file that a product can be built with. */
#include <argp.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "present/emit/emit.h"

struct options {
    const char *policy, *out;
    struct emit_options emit;
};

enum { KEY_SBRK = 256, KEY_ALIGN, KEY_BITS };

static const struct argp_option option_table[] = {
    {"output", 'o', "FILE", 0, "The file to write; - is standard output [-]", 0},
    {"prefix", 'P', "NAME_", 0, "What the names of its functions begin with [my_]", 0},
    {"pool", 'b', "BYTES", 0,
     "Size of its static pool; with --sbrk the most that it takes; K, M and G are allowed [64K]",
     0},
    {"sbrk", KEY_SBRK, 0, 0, "No pool: it takes memory from the program's sbrk as it needs it", 0},
    {"align", KEY_ALIGN, "BYTES", 0,
     "What each block is aligned to: 8 or 16 [16, and 8 where pointers have 32 bits]", 0},
    {"bits", KEY_BITS, "BITS", 0,
     "32 or 64, as for 'fitlab advise'; the file is the same, and is for both", 0},
    {0},
};

static bool is_prefix(const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++) {
        if (!isalpha((unsigned char)text[i]) && text[i] != '_' &&
            !(i > 0 && isdigit((unsigned char)text[i]))) {
            return false;
        }
    }
    return n >= 2 && n <= 40 && text[n - 1] == '_';
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    enum { LEAST_POOL = 1024, MOST_POOL = 1 << 30 };
    struct options *o = state->input;
    switch (key) {
    case 'o':
        o->out = arg;
        return 0;
    case 'P':
        if (!is_prefix(arg)) {
            argument_wrong(state, "--prefix=%s: give the beginning of a C name that ends in _",
                           arg);
        }
        o->emit.prefix = arg;
        return 0;
    case 'b':
        o->emit.pool = (size_t)argument_number(state, "pool", arg, LEAST_POOL, MOST_POOL);
        return 0;
    case KEY_SBRK:
        o->emit.sbrk = true;
        return 0;
    case KEY_ALIGN:
        if (strcmp(arg, "8") != 0 && strcmp(arg, "16") != 0) {
            argument_wrong(state, "--align=%s: give 8 or 16", arg);
        }
        o->emit.align = *arg == '8' ? 8 : 16;
        return 0;
    case KEY_BITS:
        argument_one_bits(state, arg);
        return 0;
    case ARGP_KEY_ARG:
        o->policy = argument_only(state, "policy", o->policy, arg);
        return 0;
    case ARGP_KEY_END:
        if (!o->policy) {
            argument_wrong(state, "say which POLICY");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Under a temporary name until it is whole. */
static bool write_out(const struct options *o, struct problem *problem)
{
    struct policy_spec spec;
    if (!policy_spec_parse_for_check(o->policy, &spec, problem)) {
        return false;
    }
    if (!strcmp(o->out, "-")) {
        return emit_heap(&spec, &o->emit, stdout, problem) &&
               (fflush(stdout) == 0 || problem_set(problem, "standard output: cannot write"));
    }
    char part[4096];
    snprintf(part, sizeof part, "%s.part", o->out);
    FILE *out = fopen(part, "we");
    if (!out) {
        return problem_set(problem, "%s: cannot create it: %s", o->out, strerror(errno));
    }
    bool ok = emit_heap(&spec, &o->emit, out, problem), wrote = !ferror(out);
    wrote = fclose(out) == 0 && wrote;
    if (ok && (!wrote || rename(part, o->out) != 0)) {
        ok = problem_set(problem, "%s: cannot write: %s", o->out, strerror(errno));
    }
    if (!ok) {
        unlink(part);
    }
    return ok;
}

static int run(int argc, char **argv)
{
    struct options o = {.out = "-", .emit = {.prefix = "my_", .pool = 65536}};
    struct problem problem = {""};
    const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "POLICY",
        .doc = "Write a policy as one C file to build a product with: the code that is measured, "
               "with its parameters made constants and nothing else in it, and my_init, my_malloc, "
               "my_free, my_realloc, my_calloc, my_memalign, my_usable_size, my_check and my_stats "
               "over a static pool or any memory that my_init is given.\vThe file has the MIT "
               "licence. It places each block where the policy does in a region of that size "
               "(grow=arena); 'fitlab minheap' finds how large that must be.\n\nExamples:\n"
               "  fitlab emit tlsf -o heap.c\n"
               "  fitlab emit best-fit:order=size --pool 32K --prefix net_ -o net_heap.c\n"
               "  fitlab emit half-fit --align 8 --sbrk --pool 1M -o heap.c\n"
               "  fitlab emit first-fit -o ff.c && fitlab run -p ./ff.c -w perl --region 16M",
    };
    char *command = command_words(argc, argv);
    o.emit.command = command ? command : "fitlab emit";
    arguments_parse(&argp, argc, argv, 0, &o);
    bool ok = write_out(&o, &problem);
    free(command);
    return ok ? EXIT_DONE : command_fail(&problem);
}

const struct command command_emit = {
    .name = "emit",
    .group = GROUP_POLICIES,
    .summary = "a policy as one C file for a product",
    .run = run,
};
