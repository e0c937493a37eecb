#include "sweep/sweep_spec.h"

#include <stdlib.h>
#include <string.h>

#include "results/figure_names.h"
#include "sweep/sweep_reading.h"
#include "workloads/array.h"

enum { REPETITIONS = 5 };

static bool no_memory(struct problem *problem)
{
    return problem_set(problem, "out of memory");
}

static bool read_region(struct yaml_tree *tree, yaml_node_t *item, void *out)
{
    struct reading *reading = out;
    struct sweep_spec *s = reading->spec;
    const char *text = yaml_text(tree, item, "regions");
    struct region_spec *grown =
        array_reserve(s->region, &reading->region_room, s->regions + 1, sizeof *grown);
    if (!text || !grown) {
        return text && no_memory(tree->problem);
    }
    s->region = grown;
    if (!region_spec_parse(text, &grown[s->regions], tree->problem)) {
        return yaml_locate(tree, item);
    }
    s->regions++;
    return true;
}

static bool read_regions(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return yaml_each_item(tree, value, "regions", read_region, out);
}

static bool read_seed(struct yaml_tree *tree, yaml_node_t *item, void *out)
{
    struct reading *reading = out;
    struct sweep_spec *s = reading->spec;
    long *grown = array_reserve(s->seed, &reading->seed_room, s->seeds + 1, sizeof *grown);
    if (!grown) {
        return no_memory(tree->problem);
    }
    s->seed = grown;
    return yaml_number(tree, item, "seeds", 0, INT32_MAX, &grown[s->seeds]) && ++s->seeds;
}

static bool read_seeds(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return yaml_each_item(tree, value, "seeds", read_seed, out);
}

static bool choose_pass(struct yaml_tree *tree, yaml_node_t *node, const char *whose, size_t *pass)
{
    const char *names[CELL_PASS_COUNT];
    for (unsigned i = 0; i < CELL_PASS_COUNT; i++) {
        names[i] = cell_pass_name(i);
    }
    return yaml_choice(tree, node, whose, names, CELL_PASS_COUNT, pass);
}

static bool read_pass(struct yaml_tree *tree, yaml_node_t *item, void *out)
{
    size_t pass;
    if (!choose_pass(tree, item, "passes", &pass)) {
        return false;
    }
    ((struct reading *)out)->spec->pass_set |= 1u << pass;
    return true;
}

static bool read_passes(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return yaml_each_item(tree, value, "passes", read_pass, out);
}

static bool read_one_touch(struct yaml_tree *tree, yaml_node_t *item, void *out)
{
    size_t touch;
    if (!yaml_choice(tree, item, "touch", touch_names, TOUCH_COUNT, &touch)) {
        return false;
    }
    ((struct reading *)out)->spec->touch_set |= 1u << touch;
    return true;
}

static bool read_touch(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return yaml_each_item(tree, value, "touch", read_one_touch, out);
}

static bool read_one_release(struct yaml_tree *tree, yaml_node_t *item, void *out)
{
    struct reading *reading = out;
    struct sweep_spec *s = reading->spec;
    const char *text = yaml_text(tree, item, "release");
    if (!text) {
        return false;
    }
    struct release_rule *grown =
        array_reserve(s->release, &reading->release_room, s->releases + 1, sizeof *grown);
    if (!grown) {
        return no_memory(tree->problem);
    }
    s->release = grown;
    if (!release_rule_parse(text, &grown[s->releases], tree->problem)) {
        return yaml_locate(tree, item);
    }
    s->releases++;
    return true;
}

static bool read_release(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return yaml_each_item(tree, value, "release", read_one_release, out);
}

static bool read_unsigned(struct yaml_tree *tree, yaml_node_t *value, const char *whose, long most,
                          unsigned *out)
{
    long n;
    if (!yaml_number(tree, value, whose, 1, most, &n)) {
        return false;
    }
    *out = (unsigned)n;
    return true;
}

static bool read_samples(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return read_unsigned(tree, value, "samples", 1000000, &((struct reading *)out)->spec->samples);
}

static bool read_pass_repetitions(struct yaml_tree *tree, yaml_node_t *key, yaml_node_t *value,
                                  void *out)
{
    size_t pass;
    if (!choose_pass(tree, key, "repetitions", &pass)) {
        return false;
    }
    if (!cell_pass_is_timed((enum cell_pass)pass)) {
        return yaml_fail(tree, key, "the %s pass is deterministic: repeating it shows nothing new",
                         cell_pass_name((enum cell_pass)pass));
    }
    return read_unsigned(tree, value, "repetitions", 10000,
                         &((struct reading *)out)->spec->repetitions[pass]);
}

static bool read_repetitions(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    if (value->type == YAML_MAPPING_NODE) {
        return yaml_each_pair(tree, value, "repetitions", read_pass_repetitions, out);
    }
    unsigned n;
    if (!read_unsigned(tree, value, "repetitions", 10000, &n)) {
        return false;
    }
    for (unsigned pass = 0; pass < CELL_PASS_COUNT; pass++) {
        if (cell_pass_is_timed(pass)) {
            ((struct reading *)out)->spec->repetitions[pass] = n;
        }
    }
    return true;
}

/* A decimal number above zero and at most `most`, and what follows it in *end. */
static bool decimal(const char *text, double most, double *out, char **end)
{
    if (*text < '0' || *text > '9') { /* strtod takes signs, infinities and hexadecimals */
        return false;
    }
    *out = strtod(text, end);
    size_t length = (size_t)(*end - text);
    return strspn(text, "0123456789.") == length && *out > 0 && *out <= most;
}

static bool read_precision(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    const char *text = yaml_text(tree, value, "precision");
    char *end;
    if (!text) {
        return false;
    }
    if (!decimal(text, 100, &((struct reading *)out)->spec->precision_pct, &end) ||
        strcmp(end, "%") != 0) {
        return yaml_fail(tree, value, "precision: '%s' is no percentage such as 2%%", text);
    }
    return true;
}

static bool read_time(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    static const struct {
        const char *unit;
        double seconds;
    } units[] = {{"s", 1}, {"m", 60}, {"h", 3600}};
    const char *text = yaml_text(tree, value, "time");
    char *end;
    double number;
    if (!text) {
        return false;
    }
    bool number_first = decimal(text, 1e6, &number, &end);
    for (size_t i = 0; number_first && i < sizeof units / sizeof *units; i++) {
        if (!strcmp(end, units[i].unit)) {
            ((struct reading *)out)->spec->time_limit_seconds = number * units[i].seconds;
            return true;
        }
    }
    return yaml_fail(tree, value, "time: '%s' is no time such as 60s, 5m or 1h", text);
}

static bool read_memory(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    long bytes;
    if (!yaml_number(tree, value, "memory", 1 << 20, 1L << 50, &bytes)) {
        return false;
    }
    ((struct reading *)out)->spec->memory_limit_bytes = (size_t)bytes;
    return true;
}

static bool read_limits(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    static const struct yaml_key keys[] = {
        {"time", read_time}, {"memory", read_memory}, {NULL, NULL}};
    return yaml_read_mapping(tree, value, "limits", keys, out);
}

static bool read_format(struct yaml_tree *tree, yaml_node_t *item, void *out)
{
    static const char *const names[] = {"pdf", "svg", "png"};
    char *formats = ((struct reading *)out)->spec->formats;
    size_t format;
    if (!yaml_choice(tree, item, "formats", names, 3, &format)) {
        return false;
    }
    if (!strstr(formats, names[format])) {
        strcat(strcat(formats, *formats ? "," : ""), names[format]);
    }
    return true;
}

static bool read_formats(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return yaml_each_item(tree, value, "formats", read_format, out);
}

static bool read_figure(struct yaml_tree *tree, yaml_node_t *item, void *out)
{
    struct reading *reading = out;
    struct sweep_spec *s = reading->spec;
    const char *text = yaml_text(tree, item, "figures");
    if (!text) {
        return false;
    }
    if (!strcmp(text, "none")) {
        s->no_figures = true;
        return true;
    }
    size_t figure = figure_names_find(text, tree->problem);
    if (figure == FIGURE_COUNT) {
        return yaml_locate(tree, item);
    }
    const char **grown =
        array_reserve(s->figure, &reading->figure_room, s->figures + 1, sizeof *grown);
    if (!grown) {
        return no_memory(tree->problem);
    }
    s->figure = grown;
    s->figure[s->figures++] = figure_names[figure];
    return true;
}

static bool read_figures(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    const struct sweep_spec *s = ((struct reading *)out)->spec;
    if (!yaml_each_item(tree, value, "figures", read_figure, out)) {
        return false;
    }
    return !(s->no_figures && s->figures) ||
           yaml_fail(tree, value, "figures: 'none' and others exclude each other");
}

static const struct yaml_key keys[] = {
    {"policies", sweep_read_policies},
    {"bits", sweep_skip_bits},
    {"given", sweep_read_given},
    {"workloads", sweep_read_workloads},
    {"regions", read_regions},
    {"seeds", read_seeds},
    {"passes", read_passes},
    {"touch", read_touch},
    {"release", read_release},
    {"threads", sweep_read_threads},
    {"oversubscribe", sweep_read_oversubscribe},
    {"samples", read_samples},
    {"repetitions", read_repetitions},
    {"untimed", sweep_read_untimed},
    {"precision", read_precision},
    {"limits", read_limits},
    {"outputs", sweep_read_outputs},
    {"figures", read_figures},
    {"formats", read_formats},
    {NULL, NULL},
};

/* What is not timed must be among the policies, if they are the file's own. */
static bool untimed_known(struct yaml_tree *tree, const struct sweep_spec *spec)
{
    for (size_t i = 0; i < spec->untimed_policies; i++) {
        size_t p = 0;
        while (p < spec->policies && strcmp(spec->policy[p].full, spec->untimed[i].full) != 0) {
            p++;
        }
        if (p == spec->policies) {
            return yaml_fail(tree, yaml_root(tree),
                             "untimed: '%s' is none of the policies: give one of them",
                             spec->untimed[i].label);
        }
    }
    return true;
}

static bool complete(struct yaml_tree *tree, struct sweep_spec *spec,
                     const struct sweep_replacement *replacement)
{
    const yaml_node_t *root = yaml_root(tree);
    if (!replacement->policies && spec->policies && !untimed_known(tree, spec)) {
        return false;
    }
    if (!spec->policies) {
        return yaml_fail(tree, root, "the sweep has no policies: add 'policies: [first-fit]'");
    }
    if (!spec->workloads) {
        return yaml_fail(tree, root, "the sweep has no workloads: add 'workloads: [uniform]'");
    }
    if (!sweep_threads_fit(spec, tree->problem)) {
        return false;
    }
    if (!spec->regions) {
        spec->region = calloc(1, sizeof *spec->region);
        spec->regions = 1;
        return spec->region && region_spec_parse("grow", spec->region, tree->problem);
    }
    return true;
}

bool sweep_spec_read(const char *path, const struct sweep_replacement *replacement,
                     struct sweep_spec *spec, struct problem *problem)
{
    struct cell defaults;
    cell_init(&defaults, NULL, NULL);
    *spec = (struct sweep_spec){.path = path,
                                .samples = defaults.samples,
                                .time_limit_seconds = defaults.time_limit_seconds,
                                .memory_limit_bytes = defaults.memory_limit_bytes};
    for (unsigned pass = 0; pass < CELL_PASS_COUNT; pass++) {
        spec->repetitions[pass] = cell_pass_is_timed(pass) ? REPETITIONS : 1;
    }
    spec->max_cells =
        replacement && replacement->max_cells ? replacement->max_cells : SWEEP_MOST_CELLS;
    struct yaml_tree tree;
    if (!yaml_tree_load(path, &tree, problem)) {
        return false;
    }
    struct reading reading = {.spec = spec,
                              .workloads_given = replacement && replacement->workloads};
    spec->bits = replacement ? replacement->bits : POLICY_BITS_NONE;
    bool read = (spec->bits || yaml_each_pair(&tree, yaml_root(&tree), "the sweep",
                                              sweep_read_bits_first, &reading)) &&
                yaml_read_mapping(&tree, yaml_root(&tree), "the sweep", keys, &reading) &&
                sweep_replace(&reading, replacement, problem) && complete(&tree, spec, replacement);
    yaml_tree_free(&tree);
    if (!read) {
        sweep_spec_free(spec);
        return false;
    }
    spec->pass_set = spec->pass_set ? spec->pass_set : 1u << PASS_MEMORY;
    spec->touch_set = spec->touch_set ? spec->touch_set : 1u << TOUCH_NONE;
    return true;
}

bool sweep_spec_has(const struct sweep_spec *spec, size_t policy, enum cell_pass pass)
{
    for (size_t i = 0; cell_pass_is_timed(pass) && i < spec->untimed_policies; i++) {
        if (!strcmp(spec->policy[policy].full, spec->untimed[i].full)) {
            return false;
        }
    }
    return true;
}

void sweep_spec_free(struct sweep_spec *spec)
{
    free(spec->untimed);
    free(spec->policy);
    free(spec->workload);
    free(spec->region);
    free(spec->seed);
    free(spec->release);
    free(spec->threads);
    free(spec->figure);
}
