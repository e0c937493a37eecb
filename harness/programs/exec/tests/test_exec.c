/* A real program works on every policy that is built in: behaviour of the malloc family, threads
 * and forks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "allocators/registry.h"
#include "programs/preload/tests/scratch.h"

static bool any(const struct policy *policy)
{
    return policy;
}

static void on_policies(const char *mode, bool (*wanted)(const struct policy *))
{
    for (size_t i = 0; registry_policies[i]; i++) {
        if (!wanted(registry_policies[i])) {
            continue;
        }
        const char *name = registry_policies[i]->name;
        int status = shell("$FITLAB exec %s -- $TENANT %s", name, mode);
        if (status != 0) {
            fail_msg("%s: tenant %s ends with %d", name, mode, status);
        }
    }
}

/* The expectations are those of the C library itself. */
static void the_c_library_agrees(void **unused)
{
    (void)unused;
    assert_int_equal(shell("$TENANT family && $TENANT threads"), 0);
}

/* A policy may refuse alignments above its own, but a program expects them. */
static bool aligns(const struct policy *policy)
{
    return policy->memalign;
}

static void family(void **unused)
{
    (void)unused;
    on_policies("family", aligns);
}

static void threads_and_forks(void **unused)
{
    (void)unused;
    on_policies("threads", any);
}

/* The program runs on the policy that was asked for, with its parameters, and the statistics are
 * those of that policy. */
static void statistics(void **unused)
{
    (void)unused;
    assert_int_equal(shell("FITLAB_EXEC_STATS=stats $FITLAB exec bump -- $TENANT family"), 0);
    assert_int_equal(shell("FITLAB_EXEC_STATS=stats $FITLAB exec first-fit -- $TENANT family"), 0);
    assert_int_equal(shell("[ $(wc -l <stats) = 2 ]"), 0);
    /* pid,peak,probes: bump searches nothing and reuses nothing. */
    assert_int_equal(shell("awk -F, 'NR == 1 { peak = $2; exit $3 != 0 } ' stats"), 0);
    assert_int_equal(shell("awk -F, 'NR == 1 { peak = $2 } NR == 2 { exit $2 >= peak || $3 == 0 }' "
                           "stats"),
                     0);
}

/* A line that cannot be written completely is removed, and the lines of other processes stay. */
static void statistics_in_a_full_file(void **unused)
{
    (void)unused;
    assert_int_equal(
        shell("rm -f stats; ulimit -f 1; for i in $(seq 30); do "
              "FITLAB_EXEC_STATS=stats $FITLAB exec bump -- ls >/dev/null; done; true"),
        0);
    assert_int_equal(shell("[ $(wc -l <stats) -ge 10 ] && [ $(wc -l <stats) -lt 30 ]"), 0);
    assert_int_equal(shell("awk -F, '{ fields[NF] } END { exit length(fields) != 1 }' stats"), 0);
}

static void statistics_as_csv(void **unused)
{
    (void)unused;
    assert_int_equal(shell("mkdir -p sub && $FITLAB exec --stats=s.csv tlsf -- "
                           "sh -c 'cd sub && $TENANT family'"),
                     0);
    assert_int_equal(shell("head -n 1 s.csv | grep -q '^pid,peak_heap_bytes,probes,'"), 0);
    assert_int_equal(shell("[ $(wc -l <s.csv) -ge 2 ] && ! [ -e sub/s.csv ]"), 0);
    assert_int_equal(shell("$FITLAB exec --stats=t.csv glibc -- true 2>notes"), 2);
    assert_int_equal(shell("$FITLAB exec --stats=no/t.csv tlsf -- touch ran 2>notes"), 2);
    assert_int_equal(shell("! [ -e ran ]"), 0);
}

static void memory_goes_back(void **unused)
{
    (void)unused;
    assert_int_equal(shell("$FITLAB exec first-fit -- $TENANT trims"), 0);
    assert_int_equal(shell("$FITLAB exec bump -- $TENANT trims"), 3);
}

/* Little address space is enough; children inherit the policy. */
static void surroundings(void **unused)
{
    (void)unused;
    assert_int_equal(shell("$FITLAB exec tlsf -- sh -c 'ulimit -v 1000000 && $TENANT family'"), 0);
    assert_int_equal(shell("rm -f stats; FITLAB_EXEC_STATS=stats "
                           "$FITLAB exec best-fit -- sh -c 'ls / | sort | wc -l' >/dev/null"),
                     0);
    assert_int_equal(shell("[ $(wc -l <stats) -ge 3 ]"), 0);
}

/* Plug-ins, also under the name of a built-in policy; any malloc; the references. */
static void others(void **unused)
{
    (void)unused;
    assert_int_equal(shell("$FITLAB exec $EXAMPLE:fit=best -- $TENANT threads"), 0);
    assert_int_equal(shell("cp $EXAMPLE ./my_fit.so && FITLAB_EXEC_STATS=plugged "
                           "$FITLAB exec ./my_fit.so -- $TENANT threads && [ -s plugged ]"),
                     0);
    assert_int_equal(shell("$FITLAB exec glibc -- $TENANT family"), 0);
    assert_int_equal(shell("$FITLAB exec empty -- $TENANT family"), 0);
    assert_int_equal(shell("mkdir -p 'a b' && cp $EXAMPLE 'a b/my_fit.so' && "
                           "$FITLAB exec './a b/my_fit.so' -- true 2>notes"),
                     2);
    assert_int_equal(shell("grep -q blank notes"), 0);
}

/* Stacks that threads may enter at once, under the one lock, and with a plug-in at each place. */
static void stacks(void **unused)
{
    (void)unused;
    static const char *const specs[] = {"lock+best-fit",
                                        "cache+arenas:n=2+lock+tlsf",
                                        "cache:blocks=4,remote=home+arenas:by=contention+lock+slab",
                                        "guard+owner:n=3+lock+quick-fit",
                                        "cache+arenas+first-fit",
                                        "owner+tlsf",
                                        "$LAYER+half-fit",
                                        "cache+$LAYER:step=16+lock+$EXAMPLE:fit=best"};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        int status = shell("$FITLAB exec %s -- $TENANT threads", specs[i]);
        if (status != 0) {
            fail_msg("%s: tenant threads ends with %d", specs[i], status);
        }
    }
    assert_int_equal(shell("$FITLAB exec cache+arenas+lock+tlsf -- $TENANT family"), 0);
    assert_int_equal(shell("$FITLAB exec --stats=l.csv cache+arenas+lock+tlsf -- $TENANT threads"),
                     0);
    assert_int_equal(shell("awk -F, 'END { exit !(NR > 1 && $2 > 4096 && $3 > 0) }' l.csv"), 0);
    assert_int_equal(shell("$FITLAB exec lock -- true 2>notes"), 2);
    assert_int_equal(shell("grep -q 'needs a policy below it' notes"), 0);
}

static void mistakes_are_one_line(void **unused)
{
    (void)unused;
    assert_int_equal(shell("$FITLAB exec best-fti -- true 2>notes"), 2);
    assert_int_equal(shell("grep -q \"did you mean 'best-fit'\" notes"), 0);
    assert_int_equal(shell("$FITLAB exec best-fit -- ./nothing 2>notes"), 2);
    assert_int_equal(shell("grep -q nothing notes"), 0);
    assert_int_equal(shell("$FITLAB exec best-fit 2>notes"), 2);
    assert_int_equal(shell("$FITLAB exec best-fit -- sh -c 'exit 7'"), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_c_library_agrees),
        cmocka_unit_test(family),
        cmocka_unit_test(threads_and_forks),
        cmocka_unit_test(statistics),
        cmocka_unit_test(statistics_in_a_full_file),
        cmocka_unit_test(statistics_as_csv),
        cmocka_unit_test(memory_goes_back),
        cmocka_unit_test(surroundings),
        cmocka_unit_test(others),
        cmocka_unit_test(stacks),
        cmocka_unit_test(mistakes_are_one_line),
    };
    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
