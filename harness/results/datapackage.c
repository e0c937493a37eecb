#include "results/datapackage.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/packed_csv.h"
#include "results/columns.h"
#include "results/rows.h"

static json_t *field(const char *file, const char *name)
{
    struct column_info info;
    if (!column_find(file, name, &info)) {
        return json_pack("{s:s, s:s}", "name", name, "type", "any");
    }
    json_t *out =
        json_pack("{s:s, s:s, s:s}", "name", name, "type", info.type, "description", info.meaning);
    if (*info.unit) {
        json_object_set_new(out, "unit", json_string(info.unit));
    }
    if (info.nature) {
        json_object_set_new(out, "nature", json_string(info.nature));
        json_object_set_new(out, "passes", json_string(info.passes));
    }
    return out;
}

/* header is overwritten. No name of a column of fitlab's has a comma or a quote. */
static json_t *fields(const char *file, char *header)
{
    json_t *out = json_array();
    for (char *rest, *name = strtok_r(header, ",\r\n", &rest); name;
         name = strtok_r(NULL, ",\r\n", &rest)) {
        json_array_append_new(out, field(file, name));
    }
    return out;
}

/* A cell is one row of summary.csv, and its key leads there from the other tables. */
static void set_keys(json_t *schema, const char *file, bool keyed)
{
    if (!strcmp(file, rows_file[ROWS_SUMMARY])) {
        json_object_set_new(schema, "primaryKey", json_string("key"));
    } else if (keyed) {
        json_object_set_new(schema, "foreignKeys",
                            json_pack("[{s:s, s:{s:s, s:s}}]", "fields", "key", "reference",
                                      "resource", "summary", "fields", "key"));
    }
}

/* Programs find a compressed table by its own name. */
static json_t *resource(const char *file, char *header, bool packed)
{
    char path[128];
    snprintf(path, sizeof path, "%s%s", file, packed ? PACKED_CSV_SUFFIX : "");
    bool keyed = !strncmp(header, "key,", 4);
    json_t *schema = json_pack("{s:o, s:[s]}", "fields", fields(file, header), "missingValues", "");
    set_keys(schema, file, keyed);
    json_t *out =
        json_pack("{s:s%, s:s, s:s, s:s, s:s, s:s, s:o}", "name", file, strcspn(file, "."), "path",
                  path, "profile", "tabular-data-resource", "format", "csv", "mediatype",
                  "text/csv", "encoding", "utf-8", "schema", schema);
    if (packed) {
        json_object_set_new(out, "compression", json_string("zst"));
    }
    return out;
}

/* Appends a file's description, if the file is there and has a header. */
static bool add_resource(json_t *resources, const char *folder, const char *file,
                         struct problem *problem)
{
    char path[4096], *header = NULL;
    size_t room = 0;
    snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *in = packed_csv_open(path, problem);
    if (!in) {
        return errno == ENOENT;
    }
    if (getline(&header, &room, in) > 1) {
        json_array_append_new(resources, resource(file, header, access(path, F_OK) != 0));
    }
    free(header);
    fclose(in);
    return true;
}

static bool replace(const json_t *package, const char *folder, struct problem *problem)
{
    char path[4096], partial[4096 + 8];
    snprintf(path, sizeof path, "%s/datapackage.json", folder);
    snprintf(partial, sizeof partial, "%s.part", path);
    if (json_dump_file(package, partial, JSON_COMPACT) != 0 || rename(partial, path) != 0) {
        problem_set(problem, "cannot write %s: %s", path, strerror(errno));
        remove(partial);
        return false;
    }
    return true;
}

bool datapackage_write(const char *folder, struct problem *problem)
{
    json_t *resources = json_array();
    json_t *package =
        json_pack("{s:s, s:s, s:s, s:o}", "profile", "tabular-data-package", "title",
                  "Results of fitlab", "description",
                  "Tables of a results folder of fitlab. An empty field is unknown, never zero.",
                  "resources", resources);
    bool done = true;
    for (size_t i = 0; done && columns_files[i]; i++) {
        done = add_resource(resources, folder, columns_files[i], problem);
    }
    /* A package without a table is none. */
    done = done && (json_array_size(resources) == 0 || replace(package, folder, problem));
    json_decref(package);
    return done;
}
