/* SPDX-License-Identifier: MIT */
/* test_ostep.c - the fits, and the policy `textbook`, against an independent free-list simulator,
 * row by row.
 *
 * Each scenario plays allocations and frees in one hole of fixed size. The oracle gives the
 * offset of every block (-1: no hole fits), how many holes the search examined and how many
 * holes there are afterwards. Block sizes are whole blocks, headers included.
 */
#include <errno.h>
#include <stdio.h>

#include "test_heap.h"

enum column {
    SCENARIO,
    POLICY,
    ORDER,
    COALESCE,
    HEAP_BYTES,
    STEP,
    OP,
    SLOT,
    BLOCK_BYTES,
    OFFSET,
    SEARCHED,
    FREE_BLOCKS,
    COLUMNS
};

static const char *const names[COLUMNS] = {"scenario",    "policy", "order",    "coalesce",
                                           "heap_bytes",  "step",   "op",       "slot",
                                           "block_bytes", "offset", "searched", "free_blocks"};

enum { HEADER = sizeof(void *), SLOTS = 1 << 16, LINE = 256 };

/* The cells of the rows, which have no quotes in them. */
struct oracle {
    char (*row)[LINE]; /* each comma is a NUL */
    size_t rows;
};

static const char *cell(const struct oracle *o, size_t row, enum column c)
{
    const char *at = o->row[row];
    for (unsigned i = 0; i < (unsigned)c; i++) {
        at += strlen(at) + 1;
    }
    return at;
}

/* Reads the file, or fails with the reason. A program of 32 bits has no library for this. */
static bool read_oracle(struct oracle *o, const char *path)
{
    char line[LINE], head[LINE] = "";
    FILE *in = fopen(path, "r");
    for (int c = 0; c < COLUMNS; c++) {
        size_t used = strlen(head);
        snprintf(head + used, sizeof head - used, "%s%s", names[c], c + 1 < COLUMNS ? "," : "");
    }
    bool begun = in && fgets(line, sizeof line, in);
    line[begun ? strcspn(line, "\r\n") : 0] = '\0';
    if (!begun || strcmp(line, head) != 0) {
        fprintf(stderr, "%s: %s\n", path, in ? "its columns are others" : strerror(errno));
        return false;
    }
    for (size_t room = 0; fgets(line, sizeof line, in); o->rows++) {
        if (o->rows == room) {
            room = 2 * room + 64;
            o->row = realloc(o->row, room * sizeof *o->row);
            assert_non_null(o->row);
        }
        size_t commas = 0;
        line[strcspn(line, "\r\n")] = '\0';
        for (char *at = line; (at = strchr(at, ',')); commas++) {
            *at++ = '\0';
        }
        assert_int_equal(commas, COLUMNS - 1);
        memcpy(o->row[o->rows], line, sizeof line);
    }
    return fclose(in) == 0;
}

static long number(const struct oracle *o, size_t row, enum column c)
{
    char *end;
    const char *text = cell(o, row, c);
    long value = strtol(text, &end, 10);
    if (end == text || *end) {
        fail_msg("row %zu: %s is no number: '%s'", row + 2, names[c], text);
    }
    return value;
}

static bool same_scenario(const struct oracle *o, size_t a, size_t b)
{
    return !strcmp(cell(o, a, SCENARIO), cell(o, b, SCENARIO));
}

struct play {
    struct test_heap t;
    const char *hole; /* where offsets count from */
    char *block[SLOTS];
};

static bool find_hole(const struct span *s, void *ctx)
{
    *(const char **)ctx = s->addr;
    return s->kind != SPAN_FREE;
}

static void expect(const struct oracle *o, size_t row, enum column c, long observed)
{
    long expected = number(o, row, c);
    if (observed != expected) {
        fail_msg("row %zu, scenario %s, %s:order=%s,coalesce=%s, step %s: %s is %ld, expected %ld",
                 row + 2, cell(o, row, SCENARIO), cell(o, row, POLICY), cell(o, row, ORDER),
                 cell(o, row, COALESCE), cell(o, row, STEP), names[c], observed, expected);
    }
}

static void play_row(struct play *p, const struct oracle *o, size_t row)
{
    struct heap *h = p->t.heap;
    long slot = number(o, row, SLOT);
    assert_in_range(slot, 0, SLOTS - 1);
    char **block = &p->block[slot];
    if (!strcmp(cell(o, row, OP), "malloc")) {
        uint64_t before = h->count.probes;
        char *payload = heap_alloc(h, (size_t)number(o, row, BLOCK_BYTES) - HEADER);
        *block = payload ? payload - HEADER : NULL;
        expect(o, row, OFFSET, payload ? *block - p->hole : -1);
        expect(o, row, SEARCHED, (long)(h->count.probes - before));
    } else {
        assert_string_equal(cell(o, row, OP), "free");
        assert_non_null(*block);
        expect(o, row, OFFSET, *block - p->hole);
        heap_free(h, *block + HEADER);
        *block = NULL;
    }
    expect(o, row, FREE_BLOCKS, (long)test_sum_spans(h, SPAN_FREE).spans);
    assert_null(heap_check(h));
}

/* Opens the heap of a scenario: one hole of its size. */
typedef void heap_opener(struct test_heap *, const struct oracle *, size_t row);

static void open_fit(struct test_heap *t, const struct oracle *o, size_t row)
{
    char spec[128];
    snprintf(spec, sizeof spec, "%s:order=%s,coalesce=%s", cell(o, row, POLICY),
             cell(o, row, ORDER), cell(o, row, COALESCE));
    *t = test_heap_of_hole(spec, (size_t)number(o, row, HEAP_BYTES));
}

/* Its bookkeeping lies outside of the heap: 40 bytes for each piece of at least a header and a
 * byte. */
static void open_textbook(struct test_heap *t, const struct oracle *o, size_t row)
{
    char spec[160];
    size_t bytes = (size_t)number(o, row, HEAP_BYTES);
    const char *coalesce = strcmp(cell(o, row, COALESCE), "never") ? "yes" : "no";
    snprintf(spec, sizeof spec, "textbook:fit=%.*s,order=%s,coalesce=%s,header=%d,align=1,heap=%zu",
             (int)strcspn(cell(o, row, POLICY), "-"), cell(o, row, POLICY), cell(o, row, ORDER),
             coalesce, HEADER, bytes);
    *t = test_heap_open(spec, 16 * bytes, true);
}

static size_t play_scenario(struct play *p, const struct oracle *o, size_t row, heap_opener *open)
{
    memset(p->block, 0, sizeof p->block);
    open(&p->t, o, row);
    p->t.heap->policy->walk(p->t.heap, find_hole, &p->hole);
    size_t first = row;
    for (; row < o->rows && same_scenario(o, first, row); row++) {
        play_row(p, o, row);
    }
    test_heap_close(&p->t);
    return row;
}

static struct oracle oracle;

static void play_every_row(heap_opener *open)
{
    static struct play play;
    size_t scenarios = 0;
    for (size_t row = 0; row < oracle.rows; scenarios++) {
        row = play_scenario(&play, &oracle, row, open);
    }
    print_message("%zu scenarios, %zu rows\n", scenarios, oracle.rows);
    assert_true(scenarios > 0);
}

static void test_fits(void **state)
{
    (void)state;
    play_every_row(open_fit);
}

static void test_textbook(void **state)
{
    (void)state;
    play_every_row(open_textbook);
}

int main(void)
{
    char path[4096];
    const char *given = getenv("FITLAB_OSTEP_ORACLE"), *shared = getenv("FITLAB_SHARED");
    snprintf(path, sizeof path, "%s/oracles/ostep-free-list.csv", shared ? shared : ".");
    if (!read_oracle(&oracle, given ? given : path)) {
        fputs(given ? "" : "skipped\n", stderr);
        return given ? 1 : 77; /* a file that was asked for must be there */
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fits),
                                       cmocka_unit_test(test_textbook)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(oracle.row);
    return failed;
}
