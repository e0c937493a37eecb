#include "results/older.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "results/build_info.h"
#include "results/columns.h"

struct table *older_read(const char *path, const char *file, const char *remedy,
                         struct problem *problem)
{
    const char *name[COLUMNS_LATER_MOST];
    struct table *t = table_read(path, problem);
    if (t && !table_add_empty(t, name, columns_later(file, name))) {
        problem_set(problem, "%s: too large to hold in memory", path);
        table_free(t);
        return NULL;
    }
    if (t) {
        t->remedy = *remedy ? remedy : NULL;
    }
    return t;
}

static bool is_this(const char *version, const char *commit)
{
    return !strcmp(version, build_info.version) &&
           (!commit || !build_info.commit || !strcmp(commit, build_info.commit));
}

void older_remedy(const char *folder, char *text, size_t size)
{
    char path[4400];
    snprintf(path, sizeof path, "%s/manifest.json", folder);
    json_t *manifest = json_load_file(path, 0, NULL);
    const json_t *made = json_object_get(manifest, "fitlab");
    const char *version = json_string_value(json_object_get(made, "version"));
    const char *commit = json_string_value(json_object_get(made, "commit"));
    text[0] = '\0';
    if (version && !is_this(version, commit)) {
        snprintf(text, size,
                 "fitlab %.20s%s%.12s made this folder with other columns: 'fitlab sweep' with the "
                 "same spec and another folder measures it again",
                 version, commit ? ", commit " : "", commit ? commit : "");
    }
    json_decref(manifest);
}
