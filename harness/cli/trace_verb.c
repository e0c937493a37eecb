#include "cli/trace_verb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "cli/arguments.h"
#include "cli/command.h"

struct verb_words verb_keep(int argc, char **argv)
{
    struct verb_words words = {.count = argc < VERB_WORDS ? argc : VERB_WORDS};
    memcpy(words.word, argv, (size_t)words.count * sizeof *argv);
    return words;
}

static bool find_trace(const char *text, struct workload_spec *spec, struct problem *problem)
{
    return workload_spec_parse(text, spec, problem) &&
           (!strcmp(spec->kind->name, "trace") ||
            problem_set(problem, "'%s' is no trace: write it to one with 'fitlab generate' first",
                        text));
}

bool verb_path(const char *text, char *path, size_t size, struct problem *problem)
{
    struct workload_spec spec;
    if (!find_trace(text, &spec, problem)) {
        return false;
    }
    snprintf(path, size, "%s", spec.values.text[0]);
    return true;
}

struct trace_reader *verb_open(const char *text, struct problem *problem)
{
    struct workload_spec spec;
    return find_trace(text, &spec, problem)
               ? trace_open(spec.values.text[0], (enum trace_torn)spec.values.number[1], problem)
               : NULL;
}

struct trace_writer *verb_create(const char *path, const struct provenance *from, unsigned columns,
                                 int argc, char **argv, struct problem *problem)
{
    struct provenance provenance = *from;
    char *line = command_words(argc, argv);
    provenance_add(&provenance, "made by", "%s", line);
    free(line);
    return trace_create(path, &provenance, columns, problem);
}

long verb_percent(struct argp_state *state, const char *option, const char *text, long min,
                  long max)
{
    char digits[32];
    long n;
    size_t length = strcspn(text, "%");
    snprintf(digits, sizeof digits, "%.*s", (int)length, text);
    bool is_one = text[length] == '\0' || !strcmp(text + length, "%");
    if (!is_one || !words_number(digits, &n) || n < min || n > max) {
        argument_wrong(state, "--%s=%s: give a percentage from %ld to %ld", option, text, min, max);
    }
    return n;
}
