#include "cli/trace_verb.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command.h"

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
    char *line = command_words(argc, argv);
    provenance_add(&provenance, "made by", "%s", line);
    free(line);
    return trace_create(path, &provenance, columns, problem);
}
