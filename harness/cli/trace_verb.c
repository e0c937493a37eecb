#include "trace_verb.h"

#include <stdio.h>
#include <string.h>

struct verb_words verb_keep(int argc, char **argv)
{
    struct verb_words words = {.count = argc < VERB_WORDS ? argc : VERB_WORDS};
    memcpy(words.word, argv, (size_t)words.count * sizeof *argv);
    return words;
}

struct trace_reader *verb_open(const char *text, struct problem *problem)
{
    struct workload_spec spec;
    if (!workload_spec_parse(text, &spec, problem)) {
        return NULL;
    }
    if (strcmp(spec.kind->name, "trace") != 0) {
        problem_set(problem, "'%s' is no trace: write it to one with 'fitlab generate' first",
                    text);
        return NULL;
    }
    return trace_open(spec.values.text[0], (enum trace_torn)spec.values.number[1], problem);
}

struct trace_writer *verb_create(const char *path, const struct provenance *from, unsigned columns,
                                 int argc, char **argv, struct problem *problem)
{
    struct provenance provenance = *from;
    char line[1024] = "";
    size_t used = 0;
    for (int i = 0; i < argc && used < sizeof line; i++) {
        used += (size_t)snprintf(line + used, sizeof line - used, "%s%s", i ? " " : "", argv[i]);
    }
    provenance_add(&provenance, "made by", "%s", line);
    return trace_create(path, &provenance, columns, problem);
}
