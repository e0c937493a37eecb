#include "base/data_files.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void program_folder(char *out, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", out, size - 1);
    out[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(out, '/');
    if (slash) {
        slash[1] = '\0';
    }
}

/* Reads the path of the source tree that is written in FOLDER/up/FITLAB_SOURCE_TREE_FILE. */
static bool read_source_tree(const char *folder, const char *up, char *out, size_t size)
{
    char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s%s" FITLAB_SOURCE_TREE_FILE, folder, up);
    FILE *file = fopen(path, "re");
    if (!file) {
        return false;
    }
    bool read = fgets(out, (int)size, file) != NULL;
    fclose(file);
    out[read ? strcspn(out, "\n") : 0] = '\0';
    return read;
}

const char *data_file_find(const char *in_source_tree, const char *from_program, char *out,
                           size_t size)
{
    char program[PATH_MAX], tree[PATH_MAX];
    program_folder(program, sizeof program);
    /* fitlab itself lies in the build tree, tests and benches in a folder of it */
    if (read_source_tree(program, "", tree, sizeof tree) ||
        read_source_tree(program, "../", tree, sizeof tree)) {
        snprintf(out, size, "%s/%s", tree, in_source_tree);
    } else {
        snprintf(out, size, "%s%s", program, from_program);
    }
    return out;
}

const char *data_file_spec(const char *word, const char *in_source_tree, const char *from_program,
                           char *out, size_t size)
{
    char folder[PATH_MAX];
    data_file_find(in_source_tree, from_program, folder, sizeof folder);
    int n = strpbrk(word, "./") ? 0 : snprintf(out, size, "%s/%s.yaml", folder, word);
    return n > 0 && (size_t)n < size && access(out, R_OK) == 0 ? out : word;
}
