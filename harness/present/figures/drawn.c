#include "present/figures/drawn.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/packed_csv.h"

enum { PATH_SIZE = 4700 };

struct drawn {
    char folder[4096];
    json_t *pictures; /* name: digest */
    json_t *figures;  /* name: {digest, pictures: [name]} */
    json_t *figure;   /* the one that was begun; NULL: none */
    const char *figure_name;
    bool changed;
};

static void path_of(const struct drawn *d, const char *name, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/%s", d->folder, name);
}

/* An object of the file, or a new one. */
static json_t *part(json_t *root, const char *name)
{
    json_t *object = json_object_get(root, name);
    return json_is_object(object) ? json_incref(object) : json_object();
}

struct drawn *drawn_open(const char *folder)
{
    struct drawn *d = calloc(1, sizeof *d);
    char path[PATH_SIZE];
    if (!d) {
        abort();
    }
    snprintf(d->folder, sizeof d->folder, "%s", folder);
    path_of(d, ".drawn.json", path);
    json_t *root = json_load_file(path, 0, NULL);
    d->pictures = part(root, "pictures");
    d->figures = part(root, "figures");
    json_decref(root);
    return d;
}

static bool is_there(const struct drawn *d, const char *picture)
{
    char path[PATH_SIZE];
    path_of(d, picture, path);
    return access(path, R_OK) == 0;
}

static bool says(const json_t *object, const char *name, const char *digest)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text && !strcmp(text, digest);
}

bool drawn_is_fresh(const struct drawn *d, const char *picture, const char *digest)
{
    return says(d->pictures, picture, digest) && is_there(d, picture);
}

void drawn_picture(struct drawn *d, const char *picture, const char *digest)
{
    json_object_set_new(d->pictures, picture, json_string(digest));
    d->changed = true;
}

void drawn_expect(struct drawn *d, const char *picture)
{
    if (d->figure) {
        json_array_append_new(json_object_get(d->figure, "pictures"), json_string(picture));
    }
}

void drawn_begin_figure(struct drawn *d, const char *figure, const char *digest)
{
    json_object_del(d->figures, figure);
    json_decref(d->figure);
    d->figure = json_pack("{s:s, s:[]}", "digest", digest, "pictures");
    d->figure_name = figure;
}

void drawn_end_figure(struct drawn *d)
{
    if (d->figure) {
        json_object_set_new(d->figures, d->figure_name, d->figure);
        d->figure = NULL;
        d->changed = true;
    }
}

void drawn_forget_figures(struct drawn *d)
{
    json_object_clear(d->figures);
}

bool drawn_figure_is_fresh(const struct drawn *d, const char *figure, const char *digest,
                           drawn_visitor *visit, void *ctx)
{
    const json_t *object = json_object_get(d->figures, figure);
    const json_t *pictures = json_object_get(object, "pictures");
    char path[PATH_SIZE];
    size_t i;
    json_t *name;
    if (!says(object, "digest", digest)) {
        return false;
    }
    json_array_foreach(pictures, i, name)
    {
        if (!json_is_string(name) || !is_there(d, json_string_value(name))) {
            return false;
        }
    }
    json_array_foreach(pictures, i, name)
    {
        path_of(d, json_string_value(name), path);
        visit(path, ctx);
    }
    return true;
}

void drawn_close(struct drawn *d)
{
    if (!d) {
        return;
    }
    if (d->changed) {
        char path[PATH_SIZE], made[PATH_SIZE];
        path_of(d, ".drawn.json", path);
        path_of(d, ".drawn.json.new", made);
        json_t *root = json_pack("{s:O, s:O}", "pictures", d->pictures, "figures", d->figures);
        if (json_dump_file(root, made, JSON_INDENT(1) | JSON_SORT_KEYS) || rename(made, path)) {
            unlink(made);
        }
        json_decref(root);
    }
    json_decref(d->pictures);
    json_decref(d->figures);
    json_decref(d->figure);
    free(d);
}

XXH3_state_t *drawn_digest_begin(void)
{
    XXH3_state_t *state = XXH3_createState();
    if (!state || XXH3_128bits_reset(state) != XXH_OK) {
        abort();
    }
    return state;
}

void drawn_digest_text(XXH3_state_t *state, const char *text)
{
    text = text ? text : "";
    XXH3_128bits_update(state, text, strlen(text) + 1);
}

bool drawn_digest_file(XXH3_state_t *state, const char *path)
{
    struct problem unused;
    FILE *in = packed_csv_open(path, &unused);
    if (!in) {
        return false;
    }
    char block[65536];
    size_t got;
    while ((got = fread(block, 1, sizeof block, in)) > 0) {
        XXH3_128bits_update(state, block, got);
    }
    bool whole = !ferror(in);
    fclose(in);
    return whole;
}

void drawn_digest_end(XXH3_state_t *state, char hex[DRAWN_DIGEST])
{
    XXH128_hash_t h = XXH3_128bits_digest(state);
    snprintf(hex, DRAWN_DIGEST, "%016llx%016llx", (unsigned long long)h.high64,
             (unsigned long long)h.low64);
    XXH3_freeState(state);
}

void drawn_digest_folder(XXH3_state_t *state, const char *folder, const char *suffix)
{
    struct dirent **entry;
    int n = scandir(folder, &entry, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        const char *name = entry[i]->d_name;
        size_t length = strlen(name), tail = strlen(suffix);
        if (name[0] != '.' && length > tail && !strcmp(name + length - tail, suffix)) {
            char path[PATH_SIZE];
            snprintf(path, sizeof path, "%s/%s", folder, name);
            drawn_digest_text(state, name);
            drawn_digest_file(state, path);
        }
        free(entry[i]);
    }
    if (n >= 0) {
        free(entry);
    }
}
