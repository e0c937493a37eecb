#define _GNU_SOURCE
#include "mallocs/heap_source.h"

#include <dirent.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/data_files.h"
#include "base/folders.h"
#include "mallocs/compile.h"
#include "mallocs/families.h"
#include "mallocs/narrow.h"

enum { MOST_PATH = 4096 };

struct source {
    const char *path; /* as given */
    int bits;         /* of a pointer */
    const struct family *family;
    struct definitions definitions;
    char prefix[64], folder[MOST_PATH], stem[128];
    char families[MOST_PATH], adapter[2 * MOST_PATH], stubs[2 * MOST_PATH], sdk[MOST_PATH];
    char log[MOST_PATH]; /* what the compiler says */
};

static bool ends_with(const char *word, const char *end)
{
    size_t length = strlen(word), tail = strlen(end);
    return length > tail && !strcmp(word + length - tail, end);
}

/* ---- what it is ---- */

static bool recognise(struct source *s, struct problem *problem)
{
    if (!definitions_read(s->path, &s->definitions, problem)) {
        return false;
    }
    s->family = families_find(&s->definitions, s->prefix);
    if (!s->family) {
        char known[400];
        families_describe(known, sizeof known);
        return problem_set(problem,
                           "%.80s: a .c file is %s, and this one does not define their functions; "
                           "a policy is built first, cc -shared -fPIC, and named by its .so",
                           s->path, known);
    }
    return true;
}

static void find_parts(struct source *s)
{
    const char *slash = strrchr(s->path, '/');
    const char *name = slash ? slash + 1 : s->path;
    snprintf(s->folder, sizeof s->folder, "%.*s", slash ? (int)(slash - s->path) : 1,
             slash ? s->path : ".");
    snprintf(s->stem, sizeof s->stem, "%.*s", (int)strcspn(name, "."), name);
    data_file_find(FITLAB_FAMILIES_IN_SOURCE_TREE, FITLAB_DATA_FROM_PROGRAM "/families",
                   s->families, sizeof s->families);
    data_file_find(FITLAB_SDK_IN_SOURCE_TREE, FITLAB_HEADERS_FROM_PROGRAM, s->sdk, sizeof s->sdk);
    snprintf(s->adapter, sizeof s->adapter, "%s/%s.c", s->families, s->family->adapter);
    snprintf(s->stubs, sizeof s->stubs, "%s/%s", s->families, s->family->adapter);
}

/* ---- where it is kept ---- */

static void add_file(XXH3_state_t *state, const char *path)
{
    char block[16384];
    FILE *file = fopen(path, "rbe");
    for (size_t n; file && (n = fread(block, 1, sizeof block, file)) > 0;) {
        XXH3_64bits_update(state, block, n);
    }
    if (file) {
        fclose(file);
    }
    XXH3_64bits_update(state, path, strlen(path));
}

static int is_code(const struct dirent *entry)
{
    return ends_with(entry->d_name, ".h") || ends_with(entry->d_name, ".c");
}

/* Sorted by name, so that the digest is the same wherever the folder lies. */
static void add_folder(XXH3_state_t *state, const char *folder)
{
    struct dirent **entry;
    int n = scandir(folder, &entry, is_code, alphasort);
    for (int i = 0; i < n; i++) {
        char path[2 * MOST_PATH];
        snprintf(path, sizeof path, "%s/%s", folder, entry[i]->d_name);
        add_file(state, path);
        free(entry[i]);
    }
    if (n >= 0) {
        free(entry);
    }
}

/* Of all that the plug-in may be made from. */
static unsigned long long digest(const struct source *s)
{
    XXH3_state_t *state = XXH3_createState();
    XXH3_64bits_reset(state);
    XXH3_64bits_update(state, compile_program(), strlen(compile_program()));
    XXH3_64bits_update(state, &s->bits, sizeof s->bits);
    add_file(state, s->path);
    add_folder(state, s->folder);
    add_folder(state, s->families);
    add_folder(state, s->stubs);
    static const char *const sdk[] = {"policy.h", "region.h", "param.h"};
    for (size_t i = 0; i < sizeof sdk / sizeof *sdk; i++) {
        char path[2 * MOST_PATH];
        snprintf(path, sizeof path, "%s/%s", s->sdk, sdk[i]);
        add_file(state, path);
    }
    unsigned long long value = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    return value;
}

static const char *home_folder(void)
{
    const char *home = getenv("HOME");
    if (home && *home == '/') {
        return home;
    }
    const struct passwd *user = getpwuid(getuid());
    return user ? user->pw_dir : "";
}

/* The folder for compiled heaps, made if need be. Code is loaded from it under names that others
 * can guess, so it must be a folder into which nobody else can put a file. */
static bool cache_folder(char *out, struct problem *problem)
{
    const char *cache = getenv("XDG_CACHE_HOME");
    if (cache && *cache == '/') {
        snprintf(out, MOST_PATH, "%s/fitlab", cache);
    } else {
        snprintf(out, MOST_PATH, "%s/.cache/fitlab", home_folder());
    }
    struct stat st;
    if (!folders_make(out) || stat(out, &st)) {
        return problem_set(problem, "%s: %s: set XDG_CACHE_HOME to a folder for compiled files",
                           out, strerror(errno));
    }
    if (st.st_uid != geteuid() || (st.st_mode & S_IWOTH)) {
        return problem_set(problem,
                           "%s: others may write to it: set XDG_CACHE_HOME to a folder of your own "
                           "for compiled files",
                           out);
    }
    return true;
}

/* ---- compiling it ---- */

/* Room for the arguments that are made up of parts. */
struct wording {
    char text[16][2 * MOST_PATH + 16];
    size_t n;
};

static void add_made(struct compile *c, struct wording *w, const char *before, const char *word,
                     const char *after)
{
    if (w->n < sizeof w->text / sizeof *w->text) {
        char *text = w->text[w->n++];
        snprintf(text, sizeof w->text[0], "%s%s%s", before, word, after);
        compile_add(c, text);
    }
}

static void add_definitions(struct compile *c, struct wording *w, const struct source *s)
{
    const struct family *f = s->family;
    add_made(c, w, "-DHEAP_FILE_STEM=\"", s->stem, "\"");
    if (s->prefix[0]) {
        add_made(c, w, "-DHEAP_FILE_PREFIX=", s->prefix, "");
    }
    for (size_t i = 0; i < FAMILY_FUNCTIONS && f->optional[i]; i++) {
        const char *name = f->optional[i];
        if (family_function(&s->definitions, s->prefix, name)) {
            add_made(c, w, "-DDEFINES_", name + (*name == '_'), "");
        }
    }
    const struct definition *init = definitions_find(&s->definitions, "mm_init");
    if (init && init->returns_bool) {
        compile_add(c, "-DMALLOCLAB_BOOL");
    }
    for (size_t i = 0; i < FAMILY_FLAGS && f->flag[i]; i++) {
        compile_add(c, f->flag[i]);
    }
}

/* Old code is compiled by the rules of its time: what newer compilers refuse is a warning here. */
static bool compile_plugin(const struct source *s, const char *out)
{
    static const char *const flags[] = {"-std=gnu11",
                                        "-O2",
                                        "-g",
                                        "-fPIC",
                                        "-shared",
                                        "-Wno-error=implicit-function-declaration",
                                        "-Wno-error=implicit-int",
                                        "-Wno-error=int-conversion",
                                        "-Wno-error=incompatible-pointer-types"};
    static struct wording w;
    struct compile c = {.n = 0};
    w.n = 0;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        compile_add(&c, flags[i]);
    }
    if (s->bits != NARROW_OWN_BITS) {
        compile_add(&c, "-m32");
    }
    add_definitions(&c, &w, s);
    add_made(&c, &w, "-I", s->sdk, "");
    add_made(&c, &w, "-I", s->folder, "");
    add_made(&c, &w, "-I", s->stubs, "");
    add_made(&c, &w, "-I", s->families, "");
    compile_add(&c, "-o");
    compile_add(&c, out);
    compile_add(&c, s->adapter);
    compile_add(&c, s->path);
    compile_add(&c, "-lm");
    compile_add(&c, "-Wl,-z,defs,-z,now,-z,relro,-Bsymbolic");
    return compile_run(&c, s->log);
}

static bool objection(const struct source *s, struct problem *problem)
{
    char first[400];
    compile_first_error(s->log, first, sizeof first);
    if (!first[0]) {
        return problem_set(problem, "%s: cannot be compiled: install a C compiler, or set CC",
                           s->path);
    }
    /* the compiler names the file as well */
    const char *path = !strncmp(first, s->path, strlen(s->path)) ? "" : s->path;
    return problem_set(problem, "%.160s%sdoes not compile: %.300s", path, *path ? ": " : "", first);
}

/* Written first, so that a plug-in that exists always has its note. */
static void keep_note(const struct source *s, const char *library)
{
    char place[128], path[MOST_PATH + 8];
    compile_first_narrow_cast(s->log, place, sizeof place);
    snprintf(path, sizeof path, "%s.note", library);
    FILE *file = place[0] ? fopen(path, "we") : NULL;
    if (file) {
        fprintf(file, "%s\n", place);
        fclose(file);
    }
}

static void read_note(struct source_plugin *plugin)
{
    char path[MOST_PATH + 8];
    snprintf(path, sizeof path, "%s.note", plugin->library.path);
    FILE *file = fopen(path, "re");
    if (!file || !fgets(plugin->note, sizeof plugin->note, file)) {
        plugin->note[0] = '\0';
    }
    plugin->note[strcspn(plugin->note, "\n")] = '\0';
    if (file) {
        fclose(file);
    }
}

static enum source_outcome build(struct source *s, const char *out, struct problem *problem)
{
    char partial[MOST_PATH + 32];
    snprintf(partial, sizeof partial, "%s.%ld", out, (long)getpid());
    snprintf(s->log, sizeof s->log, "%.*s.log", MOST_PATH - 8, partial);
    enum source_outcome outcome = SOURCE_BUILT;
    if (!compile_plugin(s, partial)) {
        objection(s, problem);
        outcome = SOURCE_BROKEN;
    } else {
        keep_note(s, out);
        if (rename(partial, out) != 0) {
            problem_set(problem, "%s: %s", out, strerror(errno));
            outcome = SOURCE_REFUSED;
        }
    }
    unlink(s->log);
    unlink(partial);
    return outcome;
}

enum source_outcome source_build(const char *path, int bits, struct source_plugin *plugin,
                                 struct problem *problem)
{
    static struct source s;
    char folder[MOST_PATH];
    s = (struct source){.path = path, .bits = bits};
    *plugin = (struct source_plugin){0};
    plugin->library = (struct library){.kind = LIBRARY_POLICY, .symbol = "fitlab_heap_file"};
    enum source_outcome outcome = SOURCE_REFUSED;
    if (recognise(&s, problem) && cache_folder(folder, problem)) {
        find_parts(&s);
        plugin->lab = !strcmp(s.family->adapter, "malloclab");
        char *library = plugin->library.path;
        snprintf(library, sizeof plugin->library.path, "%.*s/heap-%016llx.so", MOST_PATH - 64,
                 folder, digest(&s));
        outcome = access(library, R_OK) == 0 ? SOURCE_BUILT : build(&s, library, problem);
    }
    if (outcome == SOURCE_BUILT) {
        read_note(plugin);
    }
    definitions_close(&s.definitions);
    return outcome;
}
