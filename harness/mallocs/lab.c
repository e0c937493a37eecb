#define _GNU_SOURCE
#include "mallocs/lab.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/data_files.h"
#include "base/folders.h"

enum { MOST_PATH = 4096 };

extern char **environ;

struct lab {
    const char *path; /* as given */
    char folder[MOST_PATH], stem[128];
    char adapter[MOST_PATH], include[MOST_PATH], sdk[MOST_PATH];
    char log[MOST_PATH]; /* what the compiler says */
};

static void describe(struct lab *lab, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    lab->path = path;
    snprintf(lab->folder, sizeof lab->folder, "%.*s", slash ? (int)(slash - path) : 1,
             slash ? path : ".");
    snprintf(lab->stem, sizeof lab->stem, "%.*s", (int)strcspn(name, "."), name);
    data_file_find(FITLAB_LAB_IN_SOURCE_TREE "/adapter.c",
                   FITLAB_DATA_FROM_PROGRAM "/malloclab/adapter.c", lab->adapter,
                   sizeof lab->adapter);
    data_file_find(FITLAB_LAB_IN_SOURCE_TREE "/include",
                   FITLAB_DATA_FROM_PROGRAM "/malloclab/include", lab->include,
                   sizeof lab->include);
    data_file_find(FITLAB_SDK_IN_SOURCE_TREE, FITLAB_HEADERS_FROM_PROGRAM, lab->sdk,
                   sizeof lab->sdk);
}

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

/* Of all that the plug-in is made from. */
static unsigned long long digest(const struct lab *lab)
{
    static const char *const beside[] = {"mm.h", "memlib.h", "config.h"};
    XXH3_state_t *state = XXH3_createState();
    XXH3_64bits_reset(state);
    add_file(state, lab->path);
    add_file(state, lab->adapter);
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        char path[2 * MOST_PATH];
        snprintf(path, sizeof path, "%s/%s", lab->folder, beside[i]);
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

/* The folder for what is compiled, made if need be. Code is loaded from it under names that others
 * can work out, so it must be a folder that nobody else can put a file into. */
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

/* Runs the compiler, its messages into a file; false if it fails or is not there. */
static bool compile(const struct lab *lab, const char *out, const char *edition)
{
    char name[160], own[MOST_PATH + 16], ours[MOST_PATH + 16], sdk[MOST_PATH + 16];
    const char *compiler = getenv("CC") ? getenv("CC") : "cc";
    snprintf(name, sizeof name, "-DMALLOCLAB_NAME=\"%s\"", lab->stem);
    snprintf(own, sizeof own, "-I%s", lab->folder);
    snprintf(ours, sizeof ours, "-I%s", lab->include);
    snprintf(sdk, sizeof sdk, "-I%s", lab->sdk);
    const char *argv[] = {compiler,  "-std=gnu11",   "-O2", "-g", "-w",         "-fPIC",
                          "-shared", "-fno-builtin", sdk,   own,  ours,         "-DDRIVER",
                          name,      edition,        "-o",  out,  lab->adapter, lab->path,
                          "-lm",     "-Wl,-z,defs",  NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, lab->log,
                                     O_WRONLY | O_CREAT | O_TRUNC, 0644);
    pid_t pid;
    int status = 1;
    /* argv's strings are not written to: the type is older than const */
    bool ran = posix_spawnp(&pid, compiler, &actions, NULL, (char *const *)(uintptr_t)argv,
                            environ) == 0 &&
               waitpid(pid, &status, 0) == pid;
    posix_spawn_file_actions_destroy(&actions);
    return ran && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The line of the compiler's messages that says what is wrong. */
static bool objection(const struct lab *lab, struct problem *problem)
{
    char line[400], first[400] = "";
    FILE *file = fopen(lab->log, "re");
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        bool says = strstr(line, "error") || strstr(line, "undefined reference");
        if (!first[0] && says) {
            snprintf(first, sizeof first, "%s", line);
        }
    }
    if (file) {
        fclose(file);
    }
    if (!first[0]) {
        return problem_set(problem, "%s: cannot be compiled: install a C compiler, or set CC",
                           lab->path);
    }
    if (strstr(first, "undefined reference to `mm_")) {
        return problem_set(problem,
                           "%s: lacks %s: a .c file is a malloc-lab solution; a policy is built "
                           "first, cc -shared -fPIC, and named by its .so",
                           lab->path, strstr(first, "`mm_"));
    }
    return problem_set(problem, "%s: does not compile: %s", lab->path, first);
}

/* Editions differ in the type of mm_init: where the solution has no mm.h, both are tried. */
static bool build(struct lab *lab, const char *out, struct problem *problem)
{
    char partial[MOST_PATH + 32];
    snprintf(partial, sizeof partial, "%s.%ld", out, (long)getpid());
    snprintf(lab->log, sizeof lab->log, "%.*s.log", MOST_PATH - 8, partial);
    bool built = compile(lab, partial, "-UMALLOCLAB_BOOL");
    if (!built) {
        built = objection(lab, problem) || compile(lab, partial, "-DMALLOCLAB_BOOL");
    }
    unlink(lab->log);
    if (built && rename(partial, out) != 0) {
        built = problem_set(problem, "%s: %s", out, strerror(errno));
    }
    if (!built) {
        unlink(partial);
    }
    return built;
}

bool lab_build(const char *path, struct library *library, struct problem *problem)
{
    static struct lab lab;
    char folder[MOST_PATH];
    describe(&lab, path);
    if (access(path, R_OK) != 0) {
        return problem_set(problem, "%s: %s", path, strerror(errno));
    }
    if (!cache_folder(folder, problem)) {
        return false;
    }
    *library = (struct library){.kind = LIBRARY_POLICY, .symbol = "malloclab"};
    snprintf(library->path, sizeof library->path, "%.*s/lab-%016llx.so", MOST_PATH - 64, folder,
             digest(&lab));
    return access(library->path, R_OK) == 0 || build(&lab, library->path, problem);
}
