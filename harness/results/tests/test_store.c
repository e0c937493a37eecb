/* A results folder must be complete however its writer ended, and have the same bytes in the end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/store.h"

enum { CELLS = 6, SERIES = 3, MOST = 8192 };

static const struct store_table tables[] = {
    {"summary.csv", "key,policy,status"},
    {"series.csv", "key,event,note"},
    {NULL, NULL},
};

static char folder[64];

static int fresh_folder(void **state)
{
    (void)state;
    /* There are thousands of commits, each synchronised with the disk, so the folder is on a disk
     * in memory if there is one. */
    snprintf(folder, sizeof folder, "%s/fitlab-store-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : ".");
    return !mkdtemp(folder);
}

static int remove_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static void remove_tables(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm %s/*.csv", folder);
    assert_int_equal(system(command), 0);
}

static uint64_t key_of(size_t i)
{
    return 0x9e3779b97f4a7c15u * (i + 1);
}

static void write_cell(struct store *store, size_t i)
{
    fprintf(store->pending[0].out, "%016lx,\"fit, %zu\",%s\n", key_of(i), i,
            i == 2 ? "crash" : "ok");
    for (size_t e = 0; e < SERIES + i; e++) {
        fprintf(store->pending[1].out, "%016lx,%zu,\n", key_of(i), e);
    }
}

static void open_store(struct store *store)
{
    struct problem problem;
    if (!store_open(store, folder, tables, &problem)) {
        fail_msg("%s", problem.text);
    }
}

/* Runs what is missing, last cell first, each committed by itself. */
static void run_missing(struct store *store)
{
    struct problem problem;
    for (size_t i = CELLS; i-- > 0;) {
        if (!store_find(store, key_of(i))) {
            write_cell(store, i);
            assert_true(store_commit(store, &problem));
        }
    }
}

static void arrange(struct store *store)
{
    struct problem problem;
    uint64_t keys[CELLS];
    for (size_t i = 0; i < CELLS; i++) {
        keys[i] = key_of(i);
    }
    assert_true(store_arrange(store, keys, CELLS, &problem));
}

static size_t slurp(const char *name, char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t length = fread(text, 1, MOST, file);
    fclose(file);
    return length;
}

static void spill(const char *name, const char *text, size_t length)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    fclose(file);
}

struct image {
    char text[2][MOST];
    size_t length[2];
};

static void take_image(struct image *image)
{
    for (size_t i = 0; i < 2; i++) {
        image->length[i] = slurp(tables[i].name, image->text[i]);
    }
}

static void assert_image(const struct image *image)
{
    struct image now;
    take_image(&now);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(now.length[i], image->length[i]);
        assert_memory_equal(now.text[i], image->text[i], now.length[i]);
    }
}

static void finish(void)
{
    struct store store;
    open_store(&store);
    run_missing(&store);
    arrange(&store);
    store_close(&store);
}

static void cells_come_out_in_the_order_asked_for(void **state)
{
    (void)state;
    struct image image;
    finish();
    take_image(&image);
    char first[64];
    snprintf(first, sizeof first, "key,policy,status\n%016lx,", key_of(0));
    assert_memory_equal(image.text[0], first, strlen(first));
    finish();
    assert_image(&image);
}

/* The series is on the disk before the ledger: so any cut of the ledger is possible with the whole
 * series, and any cut of the series with a ledger that lacks the cells behind the cut. */
static void a_file_cut_anywhere_resumes_to_the_same_bytes(void **state)
{
    (void)state;
    struct image whole, torn;
    struct store store;
    finish();
    take_image(&whole);
    remove_tables();
    open_store(&store);
    run_missing(&store);
    store_close(&store);
    take_image(&torn);
    for (size_t cut = 0; cut <= torn.length[0]; cut += 3) {
        spill("summary.csv", torn.text[0], cut);
        spill("series.csv", torn.text[1], torn.length[1]);
        finish();
        assert_image(&whole);
    }
    size_t header = strlen(tables[0].header) + 1;
    for (size_t cut = 0; cut <= torn.length[1]; cut += 3) {
        spill("summary.csv", torn.text[0], header);
        spill("series.csv", torn.text[1], cut);
        finish();
        assert_image(&whole);
    }
}

static bool is_there(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static void pack(bool packed)
{
    struct store store;
    struct problem problem;
    open_store(&store);
    assert_int_equal(store.cells, CELLS);
    assert_true(store_pack(&store, packed, &problem));
    store_close(&store);
    assert_true(is_there("summary.csv"));
    assert_int_equal(is_there("series.csv"), !packed);
    assert_int_equal(is_there("series.csv.zst"), packed);
}

/* Compressed, every cell is still there; what adds rows makes the table plain again. */
static void compressed_tables_hold_the_same_cells(void **state)
{
    (void)state;
    struct image whole;
    struct store store;
    struct problem problem;
    char text[MOST];
    finish();
    take_image(&whole);
    pack(true);
    pack(true);
    size_t length = slurp("summary.csv", text);
    for (size_t cut = strlen(tables[0].header) + 1; cut < length; cut += 7) {
        spill("summary.csv", text, cut);
        finish();
        assert_image(&whole);
        assert_false(is_there("series.csv.zst"));
        pack(true);
    }
    pack(false);
    assert_image(&whole);

    /* Killed between the two steps of compressing: both files are there, and the plain one counts.
     */
    pack(true);
    char packed[MOST];
    size_t packed_length = slurp("series.csv.zst", packed);
    spill("series.csv", whole.text[1], whole.length[1]);
    finish();
    assert_image(&whole);
    pack(true);

    spill("series.csv.zst", packed, packed_length / 2);
    assert_false(store_open(&store, folder, tables, &problem));
    assert_non_null(strstr(problem.text, "series.csv.zst"));
    assert_non_null(strstr(problem.text, "damaged"));
}

static void zeroes_after_a_power_cut_are_no_rows(void **state)
{
    (void)state;
    struct image whole;
    finish();
    take_image(&whole);
    char text[MOST];
    size_t length = slurp("summary.csv", text);
    memset(text + length, 0, 100);
    text[length + 99] = '\n';
    spill("summary.csv", text, length + 100);
    finish();
    assert_image(&whole);
}

static void a_second_writer_is_refused(void **state)
{
    (void)state;
    struct store store, other;
    struct problem problem;
    open_store(&store);
    assert_false(store_open(&other, folder, tables, &problem));
    assert_non_null(strstr(problem.text, "another fitlab writes here (process "));
    store_close(&store);
    open_store(&other);
    store_close(&other);
}

static void other_columns_are_refused_and_left_alone(void **state)
{
    (void)state;
    struct store store;
    struct problem problem;
    static const char text[] = "key,policy,colour\n";
    spill("summary.csv", text, strlen(text));
    assert_false(store_open(&store, folder, tables, &problem));
    assert_non_null(strstr(problem.text, "summary.csv: its columns are not those"));
    char now[MOST];
    assert_int_equal(slurp("summary.csv", now), strlen(text));
}

/* Commits while files may not grow beyond this many bytes, which is too few. */
static void commit_to_full_disk(struct store *store, size_t bytes, const char *expected)
{
    struct problem problem;
    struct rlimit old, tight;
    getrlimit(RLIMIT_FSIZE, &old);
    tight = (struct rlimit){bytes, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &tight);
    assert_false(store_commit(store, &problem));
    setrlimit(RLIMIT_FSIZE, &old);
    assert_non_null(strstr(problem.text, expected));
}

static void a_full_disk_leaves_whole_rows(void **state)
{
    (void)state;
    struct store store;
    struct problem problem;
    open_store(&store);
    write_cell(&store, 0);
    assert_true(store_commit(&store, &problem));
    struct image before;
    take_image(&before);
    write_cell(&store, 1);
    commit_to_full_disk(&store, before.length[1] + 30, "series.csv: File too large");
    store_close(&store);
    assert_image(&before);
}

/* Of cells that are committed at once, those survive for which there is room. */
static void a_full_disk_takes_what_fits(void **state)
{
    (void)state;
    struct image whole;
    struct store store;
    finish();
    take_image(&whole);
    remove_tables();
    for (size_t room = 0; room < whole.length[1]; room += 7) {
        open_store(&store);
        for (size_t i = CELLS; i-- > 0;) { /* the largest first */
            write_cell(&store, i);
        }
        commit_to_full_disk(&store, room, "csv: File too large");
        store_close(&store);
        open_store(&store);
        size_t taken = 0, largest = 0;
        for (size_t i = 0; i < CELLS; i++) {
            taken += store_find(&store, key_of(i)) ? SERIES + i : 0;
            largest = store_find(&store, key_of(i)) ? largest : i;
        }
        enum { ROW = 16 + sizeof ",0,\n" - 1, HEADER = sizeof "key,event,note\n" - 1 };
        size_t bytes = HEADER + taken * ROW;
        assert_true(taken == 0 || bytes <= room);
        assert_true(bytes + (SERIES + largest) * ROW > room);
        run_missing(&store);
        arrange(&store);
        store_close(&store);
        assert_image(&whole);
        remove_tables();
    }
}

/* The ledger does not fit on the disk: no row of the cell may stay behind, because a second run
 * would add it again. */
static void cells_that_did_not_fit_are_dropped(void **state)
{
    (void)state;
    struct store store;
    struct problem problem;
    open_store(&store);
    for (size_t i = 0; i < 9; i++) {
        fprintf(store.pending[0].out, "%016lx,other,crash\n", key_of(CELLS + i));
    }
    assert_true(store_commit(&store, &problem));
    struct image before;
    take_image(&before);
    write_cell(&store, 1);
    commit_to_full_disk(&store, before.length[0] + 8, "summary.csv: File too large");
    assert_image(&before);
    assert_true(store_commit(&store, &problem));
    assert_image(&before);
    store_close(&store);
}

static bool is_ok(const struct store_cell *cell, void *ctx)
{
    (void)ctx;
    return !strcmp(cell->status, "ok");
}

static void failed_cells_can_be_dropped_and_run_again(void **state)
{
    (void)state;
    struct image whole;
    struct store store;
    struct problem problem;
    finish();
    take_image(&whole);
    open_store(&store);
    assert_true(store_filter(&store, is_ok, NULL, &problem));
    assert_int_equal(store.cells, CELLS - 1);
    assert_null(store_find(&store, key_of(2)));
    store_close(&store);
    finish();
    assert_image(&whole);
}

static void cells_set_aside_are_found_there(void **state)
{
    (void)state;
    struct store store, aside;
    struct problem problem;
    char path[128];
    finish();
    open_store(&store);
    assert_true(store_set_aside(&store, is_ok, NULL, "aside", &problem));
    store_close(&store);
    snprintf(path, sizeof path, "%s/aside", folder);
    assert_true(store_open(&aside, path, tables, &problem));
    assert_int_equal(aside.cells, 1);
    assert_string_equal(store_find(&aside, key_of(2))->status, "crash");
    store_close(&aside);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fresh_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        CASE(cells_come_out_in_the_order_asked_for),
        CASE(a_file_cut_anywhere_resumes_to_the_same_bytes),
        CASE(compressed_tables_hold_the_same_cells),
        CASE(zeroes_after_a_power_cut_are_no_rows),
        CASE(a_second_writer_is_refused),
        CASE(other_columns_are_refused_and_left_alone),
        CASE(a_full_disk_leaves_whole_rows),
        CASE(a_full_disk_takes_what_fits),
        CASE(cells_that_did_not_fit_are_dropped),
        CASE(failed_cells_can_be_dropped_and_run_again),
        CASE(cells_set_aside_are_found_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
