/* results_reader.h - a results folder as figures see it: its tables, and one name, one linetype and
 * one order for each policy and workload in all of them.
 */
#ifndef FITLAB_RESULTS_READER_H
#define FITLAB_RESULTS_READER_H

#include <stddef.h>

#include "base/table.h"
#include "results/name_index.h"
#include "workloads/problem.h"

/* A policy (on one kind of region) or a workload, numbered in order of first appearance in
 * summary.csv. */
struct subject {
    char *key;     /* what identifies it */
    char *spec;    /* as the CSVs have it */
    char *name;    /* the spec for people: no comma, no quote, no folder */
    char *label;   /* the name, and the region where the folder has several */
    char *slug;    /* the label in file names */
    bool recorded; /* a workload that is a trace, not made by a generator */
    size_t seeds;  /* of a workload: how many there are of it that differ in their seed alone */
    bool fixed;    /* a policy in a region of fixed size, which is its footprint whatever it does */
};

/* Finds key=value in a spec; the value ends at a comma or the end. False: it is not there. */
bool spec_setting(const char *spec, const char *key, char *value, size_t size);

struct roster {
    struct subject *subject;
    size_t count;
    struct name_index keys, slugs; /* of the subjects, in their order */
};

/* How many specs there are: a policy counts once, however many regions it is in. */
size_t roster_specs(const struct roster *);

/* What to draw of a folder; NULL: everything. Each is a list that ends with NULL, of specs or
 * labels as summary.csv or a figure writes them. */
struct selection {
    const char *const *policies;
    const char *const *workloads;
    const char *release; /* the rule of release of pages; NULL: as in the first such row */
    bool each_seed;      /* workloads that differ in their seed alone are several, not one */
    const char *touch;   /* how blocks were touched while timed; NULL: as in the first timed row */
    const char *threads; /* how many threads replayed then; NULL: as in the first timed row */
};

struct results_reader;

/* Opens a folder with a summary.csv of at least one row. */
struct results_reader *reader_open(const char *dir, const struct selection *, struct problem *);
void reader_close(struct results_reader *);

const char *reader_dir(const struct results_reader *);

/* A sentence, with a blank before it, that says how blocks were touched in the timed rows that are
 * used; "" without timed rows. Times with blocks touched in different ways are never mixed. */
void reader_touch_sentence(const struct results_reader *, char *text, size_t size);

/* A line for the user if the folder also has timed rows of other kinds; else "". */
void reader_touch_note(const struct results_reader *, char *text, size_t size);

/* Whether times of so many threads are used; times of different numbers of threads are never mixed.
 */
bool reader_is_threads(const struct results_reader *, const char *threads);

/* Whether times of that kind are used. */
bool reader_is_touch(const struct results_reader *, const char *touch);

/* A CSV of the folder, read once; its path must be checked by reader_has first if it is optional.
 */
const struct table *reader_table(struct results_reader *, const char *file, struct problem *);
bool reader_has(const struct results_reader *, const char *file);

/* Whether it has more than a header, without reading it whole. */
bool reader_has_rows(const struct results_reader *, const char *file);

const struct roster *reader_policies(const struct results_reader *);
const struct roster *reader_workloads(const struct results_reader *);

/* Where a policy's spec and its region, or a workload's spec with every parameter, stand in the
 * rosters; false if they are not selected. */
bool reader_find_policy(const struct results_reader *, const char *spec, const char *region,
                        size_t *policy);
bool reader_find_workload_in_full(const struct results_reader *, const char *spec,
                                  size_t *workload);

/* A sentence, with a blank before it, that says that numbers are medians over seeds and how many
 * those are; "" if no workload has several. */
void reader_seeds_sentence(const struct results_reader *, char *text, size_t size);

/* The columns that the CSVs of a results folder begin with, resolved in one of them. */
struct identity {
    struct results_reader *reader;
    const struct table *table;
    size_t policy, workload, region, touch, release, threads, pass, seed, rep;
};
bool reader_identity(struct results_reader *, const char *file, struct identity *,
                     struct problem *);

/* The policy and workload of a row, as indices into the rosters. False if they are not selected, or
 * if the row was timed with blocks touched in another way than reader_is_touch names, or released
 * by another rule than is looked at. */
bool identity_row(const struct identity *, size_t row, size_t *policy, size_t *workload);

/* The same for a row of any rule of release. */
bool identity_row_of_any_rule(const struct identity *, size_t row, size_t *policy,
                              size_t *workload);

/* Whether a row is of a malloc that keeps to a rule of release of its own: somebody else's. */
bool identity_is_own(const struct identity *, size_t row);

/* How memory is compared. Of policies alone it is by the memory pass: pass "memory", footprints.
 * Where mallocs of other systems are among them it is by the one meter that suits both: pass
 * "pages", resident bytes. Rows of theirs in the memory pass, by meters of their own, are then not
 * looked at. */
struct memory_view {
    const char *pass;        /* whose rows of summary.csv */
    const char *over_column; /* by how much the peak exceeds the least possible, in percent */
    const char *series;      /* the table over time, */
    const char *bytes;       /* and its column */
    const char *words;       /* the axis of over_column, for people */
    const char *sentence;    /* what over_column is, for captions */
};
const struct memory_view *reader_memory(const struct results_reader *);

/* A line for the user if such rows are left out and there are none of the pages pass; else "". */
void reader_memory_note(const struct results_reader *, char *text, size_t size);

/* The rule of release of the rows that are looked at: of the pages pass, and of timed ones; NULL:
 * there are none. A malloc with a rule of its own is always looked at. */
const char *reader_pages_release(const struct results_reader *);
const char *reader_timed_release(const struct results_reader *);

bool identity_is_pass(const struct identity *, size_t row, const char *pass);

#endif
