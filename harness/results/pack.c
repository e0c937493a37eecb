#include "results/pack.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

#include "base/table.h"
#include "base/tar.h"
#include "base/words.h"
#include "results/name_index.h"
#include "results/pack_sum.h"
#include "results/pack_traces.h"
#include "results/results_folder.h"
#include "results/store.h"

static const char readme[] =
    "A results folder of fitlab, packed by 'fitlab pack'.\n"
    "\n"
    "*.csv, *.csv.zst   what was measured; datapackage.json says what each column means\n"
    "manifest.json      what was run, on what, with which versions\n"
    "spec.yaml          the spec of the sweep, if it was one\n"
    "commands.txt       the commands that measured and drew\n"
    "figures/           the numbers and the caption of each figure\n"
    "traces.csv         the traces that workloads are made from, and the digests of their events\n"
    "traces/            those of them that came along\n"
    "XXH128SUMS         digests of all these files, for xxh128sum -c\n"
    "\n"
    "  fitlab verify .   are all files here, and do the cells still give the same rows?\n"
    "  fitlab plot .     draws the figures\n"
    "  fitlab report .   writes a page to look at the results\n"
    "\n"
    "To measure cells again fitlab needs the traces. Those that are not in traces/ are recordings "
    "that\n"
    "come with fitlab, or belong there under the name that 'fitlab verify' gives them.\n";

/* An archive in the making. */
struct packing {
    struct pack *pack;
    struct tar *tar;
    char top[TAR_LONGEST_NAME + 1]; /* the folder in the archive */
    char *sums;
    size_t sums_size;
    FILE *sums_out;
};

static bool in_archive(const struct packing *p, const char *name, char full[TAR_LONGEST_NAME + 1],
                       struct problem *problem)
{
    int n = snprintf(full, TAR_LONGEST_NAME + 1, "%s/%s", p->top, name);
    return n <= TAR_LONGEST_NAME ||
           problem_set(problem, "%s: its name is too long for an archive", name);
}

static bool add_file(struct packing *p, const char *name, const char *from, struct problem *problem)
{
    char full[TAR_LONGEST_NAME + 1], sum[PACK_SUM_SIZE];
    if (!in_archive(p, name, full, problem) || !pack_sum_file(from, sum, problem) ||
        !tar_add_file(p->tar, full, from, problem)) {
        return false;
    }
    fprintf(p->sums_out, "%s  %s\n", sum, name);
    p->pack->files++;
    return true;
}

static bool add_text(struct packing *p, const char *name, const char *text, size_t bytes,
                     struct problem *problem)
{
    char full[TAR_LONGEST_NAME + 1], sum[PACK_SUM_SIZE];
    if (!in_archive(p, name, full, problem) || !tar_add_text(p->tar, full, text, bytes, problem)) {
        return false;
    }
    pack_sum_text(text, bytes, sum);
    fprintf(p->sums_out, "%s  %s\n", sum, name);
    p->pack->files++;
    return true;
}

/* ---- files of the folder ---- */

static bool ends_in(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n > m && !strcmp(text + n - m, end);
}

static bool is_one_of(const char *name, const char *const *ends)
{
    for (; *ends; ends++) {
        if (ends_in(name, *ends)) {
            return name[0] != '.';
        }
    }
    return false;
}

/* Adds those files of a folder that end so, by name, but for the one that is made anew. A folder
 * that is not there has none. */
static bool add_folder(struct packing *p, const char *inside, const char *const *ends,
                       struct problem *problem)
{
    char folder[PATH_MAX], path[PATH_MAX], name[PATH_MAX];
    struct dirent **entry;
    snprintf(folder, sizeof folder, "%s/%s", p->pack->folder, inside);
    int n = scandir(folder, &entry, NULL, alphasort);
    bool done = true;
    for (int i = 0; i < n; i++) {
        const char *file = entry[i]->d_name;
        struct stat st;
        int a = snprintf(path, sizeof path, "%s/%s", folder, file);
        int b = snprintf(name, sizeof name, "%s%s", inside, file);
        if (done && is_one_of(file, ends) && strcmp(name, PACK_TRACES ".csv") != 0 &&
            a < (int)sizeof path && b < (int)sizeof name && stat(path, &st) == 0 &&
            S_ISREG(st.st_mode)) {
            done = add_file(p, name, path, problem);
        }
        free(entry[i]);
    }
    if (n >= 0) {
        free(entry);
    }
    return done;
}

/* --- what the manifest and the captions tell
 * ------------------------------------------------------ */

static void put_command(FILE *out, const json_t *words)
{
    size_t i;
    json_t *word;
    json_array_foreach(words, i, word)
    {
        const char *text = json_string_value(word) ? json_string_value(word) : "";
        if (i) {
            fputc(' ', out);
            words_quote(out, text);
        } else {
            fputs(text, out); /* "fitlab sweep" */
        }
    }
    if (json_array_size(words)) {
        fputc('\n', out);
    }
}

static void put_measured(FILE *out, const json_t *manifest)
{
    size_t i;
    json_t *run, *runs = json_object_get(manifest, "runs");
    fputs("# What measured the rows:\n", out);
    if (!json_array_size(runs)) {
        put_command(out, json_object_get(manifest, "command"));
    }
    json_array_foreach(runs, i, run)
    {
        put_command(out, json_object_get(run, "command"));
    }
}

/* The last line of a caption says how the picture was drawn. */
static void note_drawn(const char *path, struct name_index *commands)
{
    static const char drawn[] = "Drawn with: ";
    char *line = NULL;
    size_t room = 0;
    FILE *in = fopen(path, "re");
    while (in && getline(&line, &room, in) > 0) {
        if (!strncmp(line, drawn, sizeof drawn - 1)) {
            line[strcspn(line, "\n")] = '\0';
            name_index_add(commands, line + sizeof drawn - 1);
        }
    }
    free(line);
    if (in) {
        fclose(in);
    }
}

static void put_drawn(FILE *out, const char *folder)
{
    char figures[PATH_MAX], path[PATH_MAX];
    struct dirent **entry;
    struct name_index commands = {0};
    snprintf(figures, sizeof figures, "%s/figures", folder);
    int n = scandir(figures, &entry, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        if (ends_in(entry[i]->d_name, ".txt") &&
            snprintf(path, sizeof path, "%s/%s", figures, entry[i]->d_name) < (int)sizeof path) {
            note_drawn(path, &commands);
        }
        free(entry[i]);
    }
    if (n >= 0) {
        free(entry);
    }
    if (commands.count) {
        fputs("\n# What drew the figures:\n", out);
    }
    for (size_t i = 0; i < commands.count; i++) {
        fprintf(out, "%s\n", commands.name[i]);
    }
    name_index_free(&commands);
}

static bool add_stream(struct packing *p, const char *name, FILE *out, char **text, size_t *bytes,
                       struct problem *problem)
{
    if (fclose(out)) {
        abort();
    }
    bool done = add_text(p, name, *text, *bytes, problem);
    free(*text);
    return done;
}

static FILE *text_stream(char **text, size_t *bytes)
{
    FILE *out = open_memstream(text, bytes);
    if (!out) {
        abort();
    }
    return out;
}

static bool add_told(struct packing *p, struct problem *problem)
{
    char path[PATH_MAX], *text;
    size_t bytes;
    json_error_t error;
    snprintf(path, sizeof path, "%s/manifest.json", p->pack->folder);
    json_t *manifest = json_load_file(path, 0, &error);
    if (!manifest) {
        return problem_set(problem,
                           "%s:%d: %s: give a folder that 'fitlab run -o' or 'fitlab sweep' made",
                           path, error.line, error.text);
    }
    FILE *out = text_stream(&text, &bytes);
    put_measured(out, manifest);
    put_drawn(out, p->pack->folder);
    bool done = add_stream(p, "commands.txt", out, &text, &bytes, problem);
    const char *spec = json_string_value(json_object_get(manifest, "spec"));
    done = done && (!spec || add_text(p, "spec.yaml", spec, strlen(spec), problem));
    json_decref(manifest);
    return done;
}

/* --- traces
 * --------------------------------------------------------------------------------------- */

static bool add_trace_file(struct packing *p, const struct pack_trace *t, struct problem *problem)
{
    char file[SPEC_MAX_TEXT], name[SPEC_MAX_TEXT + sizeof PACK_TRACES];
    if (!*t->path) {
        return problem_set(problem,
                           "the trace '%s' is not here: put it back, or pack without --with-traces",
                           t->word);
    }
    if (!workload_trace_stand_in_name(t->word, file, sizeof file)) {
        return problem_set(problem, "the trace '%s' has too long a name", t->word);
    }
    snprintf(name, sizeof name, PACK_TRACES "/%s", file);
    p->pack->traces++;
    return add_file(p, name, t->path, problem);
}

static bool add_traces(struct packing *p, struct problem *problem)
{
    struct pack_traces traces = {0};
    char *text;
    size_t bytes;
    bool done = pack_traces_find(&traces, p->pack->folder, problem);
    FILE *out = text_stream(&text, &bytes);
    fputs("trace,digest,file\n", out);
    for (size_t i = 0; done && i < traces.count; i++) {
        const struct pack_trace *t = &traces.trace[i];
        struct csv_row row = {.out = out};
        char digest[17] = "", file[SPEC_MAX_TEXT] = "";
        if (t->digest) {
            snprintf(digest, sizeof digest, "%016" PRIx64, t->digest);
        }
        workload_trace_stand_in_name(t->word, file, sizeof file);
        csv_text(&row, t->word);
        csv_text(&row, digest);
        csv_text(&row, file);
        csv_end_row(&row);
        done = !p->pack->with_traces || add_trace_file(p, t, problem);
    }
    pack_traces_free(&traces);
    if (!done) {
        fclose(out);
        free(text);
        return false;
    }
    return add_stream(p, PACK_TRACES ".csv", out, &text, &bytes, problem);
}

/* --- the whole
 * ------------------------------------------------------------------------------------ */

static bool add_all(struct packing *p, struct problem *problem)
{
    static const char *const tables[] = {".csv", ".csv.zst", ".json", NULL};
    static const char *const captions[] = {".csv", ".txt", NULL};
    char sums[TAR_LONGEST_NAME + 1];
    if (!add_text(p, "README.txt", readme, strlen(readme), problem) ||
        !add_folder(p, "", tables, problem) || !add_folder(p, "figures/", captions, problem) ||
        !add_told(p, problem) || !add_traces(p, problem) ||
        !in_archive(p, PACK_SUMS, sums, problem)) {
        return false;
    }
    fflush(p->sums_out);
    return tar_add_text(p->tar, sums, p->sums, p->sums_size, problem);
}

/* The folder in the archive is named as the archive. */
static bool name_top(struct packing *p, struct problem *problem)
{
    const char *output = p->pack->output, *slash = strrchr(output, '/');
    const char *base = slash ? slash + 1 : output;
    if (!ends_in(base, PACK_SUFFIX)) {
        return problem_set(problem, "%s: give the archive a name that ends in " PACK_SUFFIX,
                           output);
    }
    int n =
        snprintf(p->top, sizeof p->top, "%.*s", (int)(strlen(base) - strlen(PACK_SUFFIX)), base);
    return n < 100 || problem_set(problem, "%s: give the archive a shorter name", output);
}

bool pack_write(struct pack *pack, struct problem *problem)
{
    struct packing p = {.pack = pack};
    pack->files = pack->traces = 0;
    struct table *summary = results_folder_summary(pack->folder, problem);
    table_free(summary);
    if (!summary || !name_top(&p, problem)) {
        return false;
    }
    if (store_busy(pack->folder)) {
        return problem_set(problem, "%s: another fitlab writes there: wait for it", pack->folder);
    }
    pack_traces_use(pack->folder); /* of a folder that was unpacked */
    p.tar = tar_create(pack->output, problem);
    if (!p.tar) {
        return false;
    }
    p.sums_out = text_stream(&p.sums, &p.sums_size);
    bool done = add_all(&p, problem);
    fclose(p.sums_out);
    free(p.sums);
    return tar_close(p.tar, done, problem);
}
