/* advice_forms.c - advice as what a build takes: constants of a C header, Kconfig lines,
 * MALLOC_CONF. */
#include <ctype.h>
#include <string.h>

#include "advise/advice.h"
#include "mallocs/foreign.h"

const char *const advice_form_names[ADVICE_FORMS + 1] = {"header", "kconfig", "malloc-conf", NULL};

/* Writes a word as part of a macro's name. */
static void print_name(FILE *out, const char *word)
{
    for (; *word; word++) {
        fputc(isalnum((unsigned char)*word) ? toupper((unsigned char)*word) : '_', out);
    }
}

static const char *value_of(const struct policy_spec *spec, size_t row, char *text, size_t size)
{
    const struct param *p = &spec->policy->params[row];
    if (p->choices) {
        return p->choices[spec->values.number[row]];
    }
    snprintf(text, size, "%ld", spec->values.number[row]);
    return text;
}

static void print_header(const struct advice *a, const char *command, FILE *out)
{
    const struct policy_spec *spec = advice_best(a)->spec;
    const struct score *s = &advice_best(a)->score;
    char text[32];
    fprintf(out,
            "/* The heap that '%s' advises. */\n#ifndef HEAP_CONFIG_H\n#define HEAP_CONFIG_H\n\n",
            command);
    const char *settings = strchr(spec->label, ':');
    fprintf(out, "#define HEAP_POLICY \"%s%s\" /* 'fitlab emit' writes it */\n", spec->policy->name,
            settings ? settings : "");
    fputs("#define HEAP_POLICY_", out);
    print_name(out, spec->policy->name);
    fputs(" 1\n", out);
    for (size_t i = 0; spec->policy->params && spec->policy->params[i].name; i++) {
        fputs("#define HEAP_", out);
        print_name(out, spec->policy->params[i].name);
        if (spec->policy->params[i].choices) {
            fputs("_", out);
            print_name(out, value_of(spec, i, text, sizeof text));
            fputs(" 1\n", out);
        } else {
            fprintf(out, " %s\n", value_of(spec, i, text, sizeof text));
        }
    }
    fprintf(out, "#define HEAP_ALIGN_BYTES %d\n", advice_align(a));
    fprintf(out, "#define HEAP_POOL_BYTES %.0f\n", a->pool_bytes);
    fprintf(out, "#define HEAP_POOL_BYTES_RECORDED %.0f /* without the margin */\n", s->pool_bytes);
    fprintf(out, "#define HEAP_LIVE_BYTES_RECORDED %.0f\n", a->peak_live_bytes);
    fprintf(out, "#define configTOTAL_HEAP_SIZE HEAP_POOL_BYTES /* as FreeRTOS calls it */\n");
    fputs("\n#endif\n", out);
}

static void print_kconfig(const struct advice *a, const char *command, FILE *out)
{
    const struct policy_spec *spec = advice_best(a)->spec;
    char text[32];
    fprintf(out, "# The heap that '%s' advises.\n", command);
    fputs("CONFIG_HEAP_POLICY_", out);
    print_name(out, spec->policy->name);
    fputs("=y\n", out);
    for (size_t i = 0; spec->policy->params && spec->policy->params[i].name; i++) {
        const char *value = value_of(spec, i, text, sizeof text);
        const char *quote = spec->policy->params[i].choices ? "\"" : "";
        fputs("CONFIG_HEAP_", out);
        print_name(out, spec->policy->params[i].name);
        fprintf(out, "=%s%s%s\n", quote, value, quote);
    }
    fprintf(out, "CONFIG_HEAP_MEM_POOL_SIZE=%.0f\n", a->pool_bytes);
}

/* The value of jemalloc's decay, as its manual has it: 0 is at once, -1 never. */
static void print_jemalloc(enum purging choice, FILE *out)
{
    if (choice == PURGE_DEFAULT) {
        fputs("# the defaults of jemalloc are the answer: MALLOC_CONF need not be set\n", out);
    } else {
        const char *ms = choice == PURGE_NOW ? "0" : "-1";
        fprintf(out, "MALLOC_CONF=dirty_decay_ms:%s,muzzy_decay_ms:%s\n", ms, ms);
    }
}

/* The variables of the environment that make a real system's malloc behave so. */
static bool print_malloc_conf(const struct advice *a, FILE *out, struct problem *problem)
{
    const struct policy_spec *spec = advice_best(a)->spec;
    const struct foreign *foreign = foreign_of(spec->policy);
    enum purging choice = (enum purging)spec->values.number[0];
    if (foreign && !strcmp(spec->policy->name, "jemalloc")) {
        print_jemalloc(choice, out);
        return true;
    }
    if (!foreign || !foreign->purging) {
        return problem_set(
            problem,
            "the answer, %s, is no malloc that variables of the environment set: take "
            "--as=header or kconfig",
            spec->label);
    }
    for (const struct purging_variable *v = foreign->purging; v->name; v++) {
        if (v->value[choice]) {
            fprintf(out, "%s=%s\n", v->name, v->value[choice]);
        }
    }
    return true;
}

bool advice_print_as(const struct advice *a, enum advice_form form, const char *command, FILE *out,
                     struct problem *problem)
{
    switch (form) {
    case ADVICE_HEADER:
        print_header(a, command, out);
        return true;
    case ADVICE_KCONFIG:
        print_kconfig(a, command, out);
        return true;
    default:
        return print_malloc_conf(a, out, problem);
    }
}
