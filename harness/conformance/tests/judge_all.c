/* judge_all.c - judges every policy with its default parameters: what `fitlab check` does, in a
 * program that needs the C library alone, so that it can be built for other machines.
 *
 * Also reads the clock, whose counter is another one on each kind of machine.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "allocators/registry.h"
#include "conformance/conformance.h"
#include "measure/clock.h"
#include "region/payload_pattern.h"

enum { MOST_PARAMS = 32, MOST_BYTES = 700 };

static int judge(const struct policy *policy)
{
    const struct conformance c = {.policy = policy, .seed = 1, .ops = 1000, .timeout_s = 300};
    long arg[MOST_PARAMS] = {0};
    int failed = 0, passed = 0;
    for (size_t i = 0; policy->params && policy->params[i].name; i++) {
        arg[i] = policy->params[i].init;
    }
    for (size_t i = 0; properties[i]; i++) {
        struct verdict v = {.outcome = OUTCOME_NONE};
        conformance_judge(&c, properties[i], arg, &v);
        passed += v.outcome == OUTCOME_PASS;
        if (v.outcome != OUTCOME_PASS && v.outcome != OUTCOME_SKIP) {
            printf("%s: %s: %s\n", policy->name, properties[i]->name, v.detail);
            failed++;
        }
    }
    printf("%s: %d properties hold\n", policy->name, passed);
    return failed;
}

/* A pattern is whole as written, the same bytes on every machine, and no byte of it may change. */
static int patterns(void)
{
    static char block[MOST_BYTES];
    static const unsigned char known[8] = {0x15, 0x7c, 0x4a, 0x7f, 0xb9, 0x79, 0x37, 0x9e};
    int failed = 0;
    size_t at = 0;
    for (size_t size = 1; size <= MOST_BYTES; size++) {
        pattern_write(block, size, 1);
        failed += memcmp(block, known, size < 8 ? size : 8) != 0;
        failed += !pattern_is_whole(block, size, size, 1, &at);
        block[size - 1] ^= 1;
        failed += pattern_is_whole(block, size, size, 1, &at) || at != size - 1;
    }
    if (failed) {
        printf("the payload pattern: %d of its sizes are wrong\n", failed);
    }
    return failed;
}

static int ticks(void)
{
    const struct clock *c = clock_get();
    uint64_t ns = clock_kernel_now(), start = clock_read_fenced(c->source);
    usleep(50000);
    double ratio = clock_ns(c, (double)(clock_read_fenced(c->source) - start)) /
                   (double)(clock_kernel_now() - ns);
    printf("clock: %s, %g ns a tick\n", clock_source_name(c->source), c->ns_per_tick);
    if (ratio < .8 || ratio > 1.25) {
        printf("clock: %g of the time that the kernel's clock tells\n", ratio);
    }
    return ratio < .8 || ratio > 1.25;
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("pages of %ld bytes\n", sysconf(_SC_PAGESIZE));
    int failed = patterns() + ticks();
    for (size_t i = 0; registry_policies[i]; i++) {
        failed += judge(registry_policies[i]);
    }
    return failed != 0;
}
