#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/yaml_tree.h"
#include "programs/matrix/program_matrix.h"
#include "workloads/array.h"

static bool no_memory(struct problem *problem)
{
    return problem_set(problem, "no memory for the spec");
}

static bool read_policy(struct yaml_tree *tree, yaml_node_t *item, void *out)
{
    struct programs_spec *spec = out;
    const char *text = yaml_text(tree, item, "policies");
    struct exec_choice *grown =
        array_reserve(spec->choice, &spec->choice_room, spec->choices + 1, sizeof *grown);
    if (!text || !grown) {
        return text && no_memory(tree->problem);
    }
    spec->choice = grown;
    if (!exec_choose(text, &grown[spec->choices], tree->problem)) {
        return yaml_locate(tree, item);
    }
    spec->choices++;
    return true;
}

static bool read_policies(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return yaml_each_item(tree, value, "policies", read_policy, out);
}

struct words {
    const char **word;
    const char *whose;
    size_t count;
};

static bool read_word(struct yaml_tree *tree, yaml_node_t *item, void *out)
{
    struct words *words = out;
    if (words->count == PROGRAM_MOST_WORDS) {
        return yaml_fail(tree, item, "%s has more than %d words", words->whose, PROGRAM_MOST_WORDS);
    }
    words->word[words->count] = yaml_text(tree, item, words->whose);
    return words->word[words->count++] != NULL;
}

static bool read_command(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    struct words words = {.word = ((struct program *)out)->command, .whose = "command"};
    return yaml_each_item(tree, value, "command", read_word, &words);
}

static bool read_environment(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    struct words words = {.word = ((struct program *)out)->environment, .whose = "environment"};
    return yaml_each_item(tree, value, "environment", read_word, &words);
}

static bool read_name(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    struct program *program = out;
    const char *text = yaml_text(tree, value, "name");
    if (!text) {
        return false;
    }
    if (!*text || strlen(text) >= sizeof program->name || strpbrk(text, "/,\"")) {
        return yaml_fail(tree, value, "a name is short and has no '/', ',' or '\"'");
    }
    snprintf(program->name, sizeof program->name, "%s", text);
    return true;
}

static bool read_input(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return (((struct program *)out)->input = yaml_text(tree, value, "input")) != NULL;
}

static bool scale_of(struct yaml_tree *tree, yaml_node_t *value, double *scale)
{
    const char *text = yaml_text(tree, value, "scale");
    char *end;
    *scale = text ? strtod(text, &end) : 0;
    if (text && (*end || end == text || !isfinite(*scale) || *scale <= 0)) {
        return yaml_fail(tree, value, "scale is a number above 0, not '%s'", text);
    }
    return text != NULL;
}

static bool read_own_scale(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return scale_of(tree, value, &((struct program *)out)->scale);
}

static const struct yaml_key program_keys[] = {{"name", read_name},
                                               {"input", read_input},
                                               {"command", read_command},
                                               {"scale", read_own_scale},
                                               {"environment", read_environment},
                                               {NULL, NULL}};

static bool read_program(struct yaml_tree *tree, yaml_node_t *item, void *out)
{
    struct programs_spec *spec = out;
    struct program *grown =
        array_reserve(spec->program, &spec->program_room, spec->programs + 1, sizeof *grown);
    if (!grown) {
        return no_memory(tree->problem);
    }
    spec->program = grown;
    struct program *program = &grown[spec->programs];
    memset(program, 0, sizeof *program);
    if (item->type == YAML_SCALAR_NODE) {
        if (!read_name(tree, item, program)) {
            return false;
        }
    } else if (!yaml_read_mapping(tree, item, "the program", program_keys, program)) {
        return false;
    } else if (!program->name[0] || (!program->command[0] && !(program->scale > 0))) {
        return yaml_fail(tree, item,
                         "a program needs a name and a command, or, if it is of the corpus, a "
                         "name and a scale");
    } else if (program->command[0] && program->scale > 0) {
        return yaml_fail(tree, item, "only a program of the corpus has a scale");
    }
    for (size_t i = 0; i < spec->programs; i++) {
        if (!strcmp(grown[i].name, program->name)) {
            return yaml_fail(tree, item, "program '%s' is there twice", program->name);
        }
    }
    spec->programs++;
    return true;
}

static bool read_programs(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return yaml_each_item(tree, value, "programs", read_program, out);
}

static bool read_scale(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return scale_of(tree, value, &((struct programs_spec *)out)->scale);
}

#define NUMBER(name, least, most)                                                                  \
    static bool read_##name(struct yaml_tree *tree, yaml_node_t *value, void *out)                 \
    {                                                                                              \
        return yaml_number(tree, value, #name, least, most, &((struct programs_spec *)out)->name); \
    }
NUMBER(passes, 1, 1000)
NUMBER(runs, 1, 1000)
NUMBER(warmups, 0, 1000)
NUMBER(seed, 0, INT32_MAX)
#undef NUMBER

static const struct yaml_key keys[] = {{"policies", read_policies}, {"programs", read_programs},
                                       {"scale", read_scale},       {"passes", read_passes},
                                       {"runs", read_runs},         {"warmups", read_warmups},
                                       {"seed", read_seed},         {NULL, NULL}};

/* The first choice must be what the others are compared to. */
static bool put_glibc_first(struct programs_spec *spec, struct problem *problem)
{
    struct exec_choice glibc;
    if (!exec_choose("glibc", &glibc, problem)) {
        return false;
    }
    size_t at = 0;
    while (at < spec->choices && strcmp(spec->choice[at].full, glibc.full) != 0) {
        at++;
    }
    if (at == spec->choices) {
        struct exec_choice *grown =
            array_reserve(spec->choice, &spec->choice_room, spec->choices + 1, sizeof *grown);
        if (!grown) {
            return no_memory(problem);
        }
        spec->choice = grown;
        spec->choices++;
    }
    memmove(&spec->choice[1], &spec->choice[0], at * sizeof *spec->choice);
    spec->choice[0] = glibc;
    return true;
}

bool programs_spec_read(const char *path, struct programs_spec *spec, struct problem *problem)
{
    *spec = (struct programs_spec){.scale = 1, .passes = 5, .runs = 1, .warmups = 1};
    struct yaml_tree *tree = malloc(sizeof *tree);
    if (!tree) {
        return no_memory(problem);
    }
    if (!yaml_tree_load(path, tree, problem)) {
        free(tree);
        return false;
    }
    spec->document = tree;
    yaml_node_t *root = yaml_root(tree);
    if (!yaml_read_mapping(tree, root, "the spec", keys, spec)) {
        return false;
    }
    if (!spec->programs || !spec->choices) {
        return yaml_fail(tree, root, "the spec needs 'programs' and 'policies'");
    }
    return put_glibc_first(spec, problem);
}

void programs_spec_free(struct programs_spec *spec)
{
    if (spec->document) {
        yaml_tree_free(spec->document);
    }
    free(spec->document);
    for (size_t i = 0; i < spec->programs; i++) {
        free(spec->program[i].text);
    }
    free(spec->program);
    free(spec->choice);
}
