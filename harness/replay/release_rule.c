#include "replay/release_rule.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"

const struct release_rule release_never = {.form = RELEASE_NEVER, .text = "never"};
const struct release_rule release_trim = {.form = RELEASE_TRIM, .text = "trim"};
static const struct release_rule release_now = {.form = RELEASE_NOW, .text = "now"};
const struct release_rule release_own = {.form = RELEASE_OWN, .text = "own"};

static bool parse_decay(const char *text, struct release_rule *rule, struct problem *problem)
{
    char number[32];
    long n;
    size_t length = strcspn(text, "/");
    bool in_bytes = !strcmp(text + length, "/bytes");
    snprintf(number, sizeof number, "%.*s", (int)length, text);
    if ((text[length] && !in_bytes) || length >= sizeof number || !words_number(number, &n) ||
        n < 1) {
        return problem_set(
            problem,
            "'decay:%s' is no rule of release: after decay: give a number of events, "
            "such as decay:10000, or of bytes, such as decay:1M/bytes",
            text);
    }
    *rule =
        (struct release_rule){.form = RELEASE_DECAY, .after = (uint64_t)n, .in_bytes = in_bytes};
    snprintf(rule->text, sizeof rule->text, "decay:%ld%s", n, in_bytes ? "/bytes" : "");
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
