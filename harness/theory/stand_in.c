#include "theory/stand_in.h"

#include <stdio.h>
#include <string.h>

bool stand_in_parse(const char *text, struct stand_in *s, struct problem *problem)
{
    struct policy_spec known;
    const char *spec = strchr(text, '=');
    if (!spec || spec == text || (size_t)(spec - text) >= sizeof s->name) {
        return problem_set(problem, "'%s': say which policy stands in for which: NAME=POLICY",
                           text);
    }
    snprintf(s->name, sizeof s->name, "%.*s", (int)(spec - text), text);
    s->spec = spec + 1;
    return policy_spec_parse(s->name, &known, problem) &&
           policy_spec_parse(s->spec, &known, problem);
}

/* Whether a spec's settings include the parameter that a setting names. */
static bool says(const char *settings, const char *setting)
{
    size_t length = strcspn(setting, "=") + 1;
    for (const char *at = settings; *at; at += strcspn(at, ","), at += *at == ',') {
        if (!strncmp(at, setting, length)) {
            return true;
        }
    }
    return false;
}

bool stand_in_serves(const struct stand_in *s, const char *spec)
{
    char name[SPEC_MAX_TEXT];
    spec_split(spec, name, sizeof name);
    return !strcmp(name, s->name);
}

bool stand_in_resolve(const struct stand_in *s, const char *spec, struct policy_spec *out,
                      struct problem *problem)
{
    char text[SPEC_MAX_TEXT], longer[2 * SPEC_MAX_TEXT], name[SPEC_MAX_TEXT];
    const char *setting = spec_split(spec, name, sizeof name);
    snprintf(text, sizeof text, "%s", s->spec);
    while (*setting) {
        int length = (int)strcspn(setting, ",");
        const char *settings = spec_split(text, name, sizeof name);
        if (!says(settings, setting)) {
            struct problem unknown;
            snprintf(longer, sizeof longer, "%s%c%.*s", text, *settings ? ',' : ':', length,
                     setting);
            if (strlen(longer) < sizeof text && policy_spec_parse(longer, out, &unknown)) {
                memcpy(text, longer, strlen(longer) + 1);
            }
        }
        setting += length + (setting[length] == ',');
    }
    return policy_spec_parse(text, out, problem);
}
