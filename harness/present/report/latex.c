#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/folders.h"
#include "present/report/report.h"
#include "present/report/tables.h"

bool report_latex(const char *folder, const struct report_tables *tables,
                  void (*told)(const char *path), struct problem *problem)
{
    if (!folders_make(folder)) {
        return problem_set(problem, "%s: %s", folder, strerror(errno));
    }
    for (size_t i = 0; i < tables->count; i++) {
        char path[5200];
        snprintf(path, sizeof path, "%s/%s.tex", folder, tables->table[i]->slug);
        FILE *out = fopen(path, "w");
        if (!out) {
            return problem_set(problem, "%s: %s", path, strerror(errno));
        }
        report_table_latex(tables->table[i], out);
        if (fclose(out)) {
            return problem_set(problem, "%s: %s", path, strerror(errno));
        }
        told(path);
    }
    return true;
}
