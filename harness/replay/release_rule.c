#include "replay/release_rule.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"

const struct release_rule release_never = {.form = RELEASE_NEVER, .text = "never"};
const struct release_rule release_trim = {.form = RELEASE_TRIM, .text = "trim"};
static const struct release_rule release_now = {.form = RELEASE_NOW, .text = "now"};
const struct release_rule release_own = {.form = RELEASE_OWN, .text = "own"};

/* What may stand after the number, and how many of the rule's units it is. */
static const struct unit {
    const char *name;
    long worth;
    bool in_bytes, in_time;
} units[] = {{"/bytes", 1, true, false},
             {"us", 1000, false, true},
             {"ms", 1000000, false, true},
             {"s", 1000000000, false, true},
             {"", 1, false, false}};

static bool parse_decay(const char *text, struct release_rule *rule, struct problem *problem)
{
    char number[32];
    long n = 0;
    const struct unit *unit = units;
    size_t length = strlen(text), name = strlen(unit->name);
    while (name > length || strcmp(text + length - name, unit->name) != 0) {
        name = strlen((++unit)->name); /* the last one suits any text */
    }
    length -= name;
    snprintf(number, sizeof number, "%.*s", (int)length, text);
    if (length >= sizeof number || !words_number(number, &n) || n < 1 ||
        n > LONG_MAX / unit->worth) {
        return problem_set(
            problem,
            "'decay:%s' is no rule of release: after decay: give a number of events, such as "
            "decay:10000, of bytes, such as decay:1M/bytes, or a recorded time, such as decay:10ms",
            text);
    }
    *rule = (struct release_rule){.form = RELEASE_DECAY,
                                  .after = (uint64_t)(n * unit->worth),
                                  .in_bytes = unit->in_bytes,
                                  .in_time = unit->in_time};
    snprintf(rule->text, sizeof rule->text, "decay:%ld%s", n, unit->name);
    return true;
}

bool release_rule_parse(const char *text, struct release_rule *rule, struct problem *problem)
{
    static const struct release_rule *const plain[] = {&release_never, &release_trim, &release_now};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (!strcmp(plain[i]->text, text)) {
            *rule = *plain[i];
            return true;
        }
    }
    if (!strncmp(text, "decay:", 6)) {
        return parse_decay(text + 6, rule, problem);
    }
    return problem_set(problem, "'%s' is no rule of release: give " RELEASE_FORMS, text);
}
