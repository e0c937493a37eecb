/* main.c - fitlab-cell32: cells, and checks of the contract, of policies that are compiled for 32
 * bits. fitlab starts it; it needs libc alone.
 *
 *   fitlab-cell32 cell ...                            one cell: cell/narrow_program.h has the words
 *   fitlab-cell32 describe POLICY LIBRARY SYMBOL      its words and parameters, for
 * mallocs/narrow.c fitlab-cell32 check POLICY LIBRARY SYMBOL ...     verdicts, for cli/cmd_check.c
 *
 * POLICY is a spec; LIBRARY is the path of a plug-in, or empty for a policy that is built in.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cell/narrow_program.h"
#include "conformance/check.h"
#include "runner32/outside.h"
#include "runner32/received.h"
#include "spec/policy_spec.h"
#include "spec/workload_spec.h"

enum { USAGE = 2 };

static int fail(const char *text)
{
    fprintf(stderr, "fitlab: %s\n", text);
    return USAGE;
}

/* ---- cell ---- */

/* Both programs must agree on what lies where. */
static bool same_layout(const struct shared_results *shared, const char *words)
{
    uint64_t bytes, own_at;
    return sscanf(words, "%" SCNu64 " %" SCNu64, &bytes, &own_at) == 2 &&
           bytes == shared->layout.bytes && own_at == shared->layout.own_at;
}

static int run_cell(char **argv)
{
    static struct policy_spec policy;
    static struct workload_spec workload; /* the events are sent, and nothing else is known of it */
    struct cell cell;
    struct problem problem;
    struct workload_facts facts;
    uint64_t seed;
    outside_is(argv[NARROW_LIBRARY], argv[NARROW_SYMBOL]);
    if (!policy_spec_parse(argv[NARROW_POLICY], &policy, &problem)) {
        return fail(problem.text);
    }
    cell_init(&cell, &policy, &workload);
    if (!cell_words_read(argv + NARROW_WORDS, &cell, &seed, &problem)) {
        return fail(problem.text);
    }
    struct shared_results *shared =
        shared_results_take(&cell, atoi(argv[NARROW_RESULTS]), &problem);
    if (!shared || !sent_events_open(atoi(argv[NARROW_EVENTS]), &facts)) {
        return fail(shared ? "fitlab-cell32: no events" : problem.text);
    }
    if (!same_layout(shared, argv[NARROW_LAYOUT])) {
        return fail("fitlab-cell32 was built from other sources than fitlab: build both again");
    }
    cell_run(&cell, shared, seed);
}

/* ---- describe ---- */

/* A text as a field: without the characters that end one. */
static void put_field(const char *text)
{
    for (putchar('\t'); text && *text; text++) {
        putchar((unsigned char)*text < ' ' ? ' ' : *text);
    }
}

static void put_param(const struct param *row)
{
    printf("param");
    put_field(row->name);
    put_field(row->help);
    put_field(row->unit);
    printf("\t%ld\t%ld\t%ld", row->init, row->min, row->max);
    for (size_t i = 0; row->choices && row->choices[i]; i++) {
        put_field(row->choices[i]);
    }
    putchar('\n');
}

static int describe(const char *name)
{
    struct policy_spec spec;
    struct problem problem;
    if (!policy_spec_parse(name, &spec, &problem)) {
        printf("problem");
        put_field(problem.text);
        putchar('\n');
        return USAGE;
    }
    printf("policy");
    put_field(spec.policy->name);
    put_field(spec.policy->summary);
    printf("\t%" PRIu32 "\n", spec.policy->traits);
    for (const struct param *row = spec.policy->params; row && row->name; row++) {
        put_param(row);
    }
    return 0;
}

/* ---- check ---- */

/* The options are numbers: grid, first only, seed, ops, timeout; then a property or "". */
static int check(const char *name, char **option)
{
    struct policy_spec spec;
    struct problem problem;
    struct check_options o = {.property = *option[5] ? option[5] : NULL,
                              .grid = atoi(option[0]) != 0,
                              .first_only = atoi(option[1]) != 0,
                              .seed = atol(option[2]),
                              .ops = atol(option[3]),
                              .timeout = atol(option[4])};
    if (!policy_spec_parse(name, &spec, &problem)) {
        return fail(problem.text);
    }
    return check_policy(&o, &spec) ? 0 : 1;
}

int main(int argc, char **argv)
{
    enum { NAME = 2, LIBRARY, SYMBOL, OPTIONS, CHECK_ARGUMENTS = OPTIONS + 6 };
    if (argc == NARROW_ARGUMENTS && !strcmp(argv[1], "cell")) {
        return run_cell(argv);
    }
    if (argc > SYMBOL) {
        outside_is(argv[LIBRARY], argv[SYMBOL]);
    }
    if (argc == OPTIONS && !strcmp(argv[1], "describe")) {
        return describe(argv[NAME]);
    }
    if (argc == CHECK_ARGUMENTS && !strcmp(argv[1], "check")) {
        return check(argv[NAME], argv + OPTIONS);
    }
    return fail("fitlab-cell32 is started by fitlab: use 'fitlab run --bits 32'");
}
