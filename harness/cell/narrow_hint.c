#include "cell/narrow_hint.h"

#include <stdio.h>
#include <string.h>

#include "mallocs/narrow.h"
#include "mallocs/outside_policy.h"
#include "spec/policy_spec.h"

static bool has_failed(enum cell_status status)
{
    return status == CELL_CRASH || status == CELL_CORRUPT || status == CELL_VIOLATION ||
           status == CELL_TIMEOUT;
}

/* The policy of the cell, compiled for 32 bits; false: there is none. */
static bool make_narrow(const struct cell *cell, struct policy_spec *narrow)
{
    char text[POLICY_BITS_TEXTS][SPEC_MAX_TEXT];
    struct problem unused;
    policy_spec_for_bits(cell->policy->full, POLICY_BITS_32, text);
    return policy_spec_parse_for_rows(text[0], narrow, &unused) && narrow_of(narrow->policy) &&
           !narrow_of(narrow->policy)->why;
}

void narrow_hint_add(const struct cell *cell, struct cell_result *result)
{
    static const char words[] = "; with --bits 32 it does not fail";
    struct policy_spec policy;
    struct cell_process process;
    struct problem unused;
    if (!has_failed(result->status) || !outside_policy_is_compiled(cell->policy->policy) ||
        !make_narrow(cell, &policy)) {
        return;
    }
    struct cell narrow = *cell;
    narrow.policy = &policy;
    if (!cell_start(&narrow, &process, &unused)) {
        return;
    }
    cell_wait(&process);
    size_t used = strlen(result->detail);
    if (process.result.status <= CELL_OOM && used + sizeof words <= sizeof result->detail) {
        memcpy(result->detail + used, words, sizeof words);
    }
    cell_release(&process);
}
