#include "results/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/folders.h"
#include "base/table.h"

enum { LOCK_TRIES = 10, LOCK_PAUSE_US = 50000 };

static bool failed(const struct store *store, struct problem *problem)
{
    return problem_set(problem, "%s: %s", store->path, strerror(errno));
}

static int by_key(const void *a, const void *b)
{
    uint64_t ka = *(const uint64_t *)a, kb = *(const uint64_t *)b; /* the first member of each */
    return (ka > kb) - (ka < kb);
}

void store_sort(struct store *store)
{
    if (store->cells) {
        qsort(store->cell, store->cells, sizeof *store->cell, by_key);
    }
}

const struct store_cell *store_find(const struct store *store, uint64_t key)
{
    return store->cells ? bsearch(&key, store->cell, store->cells, sizeof *store->cell, by_key)
                        : NULL;
}

/* The cells of a sweep that was killed hold its lock too, for a moment, until they have ended. */
static bool lock_soon(int fd)
{
    for (int tries = 0; flock(fd, LOCK_EX | LOCK_NB); tries++) {
        if (errno != EWOULDBLOCK || tries == LOCK_TRIES) {
            return false;
        }
        usleep(LOCK_PAUSE_US);
    }
    return true;
}

bool store_busy(const char *path)
{
    char lock[PATH_MAX];
    int length = snprintf(lock, sizeof lock, "%s/.lock", path);
    int fd = (size_t)length < sizeof lock ? open(lock, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) {
        return false;
    }
    bool busy = flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
    close(fd);
    return busy;
}

static bool take_lock(struct store *store, struct problem *problem)
{
    store->lock = openat(store->folder, ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (store->lock < 0) {
        return failed(store, problem);
    }
    char who[128] = "", host[64] = "";
    if (!lock_soon(store->lock)) {
        if (errno != EWOULDBLOCK) {
            return failed(store, problem);
        }
        ssize_t got = pread(store->lock, who, sizeof who - 1, 0);
        return problem_set(problem,
                           "%s: another fitlab writes here (%s): wait for it, or choose another "
                           "folder with -o",
                           store->path, got > 0 ? who : "unknown process");
    }
    gethostname(host, sizeof host - 1);
    int length = snprintf(who, sizeof who, "process %ld on %s", (long)getpid(), host);
    /* The text is used in the message above only, so it does not matter if it cannot be written to
     * a full disk. */
    if (ftruncate(store->lock, 0) || pwrite(store->lock, who, (size_t)length, 0) < length) {
        errno = 0;
    }
    return true;
}

static bool load_ledger(struct store *store, struct problem *problem)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", store->path, store->row_file[0].name);
    struct table *ledger = table_read(path, problem);
    size_t status;
    if (!ledger || !table_column(ledger, "status", &status, problem)) {
        table_free(ledger);
        return false;
    }
    store->cell = calloc(ledger->rows + 1, sizeof *store->cell);
    for (size_t row = 0; store->cell && row < ledger->rows; row++) {
        struct store_cell *cell = &store->cell[store->cells++];
        row_file_key(table_cell(ledger, row, 0), &cell->key);
        snprintf(cell->status, sizeof cell->status, "%s", table_cell(ledger, row, status));
    }
    table_free(ledger);
    if (!store->cell) {
        return failed(store, problem);
    }
    store_sort(store);
    return true;
}

/* Which of a row_file's runs are kept: moves them to the front and returns how many. */
static size_t select_runs(const struct store *store, struct row_file_scan *scan)
{
    size_t kept = 0;
    for (size_t i = 0; i < scan->runs; i++) {
        if (store_find(store, scan->run[i].key)) {
            scan->run[kept++] = scan->run[i];
        }
    }
    return kept;
}

/* Removes from a table what is incomplete or belongs to no cell of the ledger. */
static bool tidy(struct store *store, struct row_file *row_file, struct problem *problem)
{
    struct row_file_scan scan;
    if (!row_file_scan(row_file, &scan, problem)) {
        return false;
    }
    size_t kept = row_file == store->row_file ? scan.runs : select_runs(store, &scan);
    bool done =
        (kept == scan.runs && !scan.damaged) || row_file_rewrite(row_file, scan.run, kept, problem);
    free(scan.run);
    return done;
}

static bool open_tables(struct store *store, const struct store_table *tables,
                        struct problem *problem)
{
    for (; tables[store->tables].name; store->tables++) {
        size_t i = store->tables;
        store->row_file[i] = (struct row_file){.folder = store->folder,
                                               .path = store->path,
                                               .name = tables[i].name,
                                               .header = tables[i].header};
        if (!row_file_open(&store->row_file[i], problem)) {
            return false;
        }
        store->pending[i].out = open_memstream(&store->pending[i].text, &store->pending[i].length);
        if (!store->pending[i].out) {
            return failed(store, problem);
        }
    }
    /* The names of new files, too, are on the disk before a row in the ledger counts. */
    if (fsync(store->folder)) {
        return failed(store, problem);
    }
    /* The ledger is read first: it decides what the others keep. */
    if (!tidy(store, &store->row_file[0], problem) || !load_ledger(store, problem)) {
        return false;
    }
    for (size_t i = 1; i < store->tables; i++) {
        if (!tidy(store, &store->row_file[i], problem)) {
            return false;
        }
    }
    return true;
}

bool store_open(struct store *store, const char *path, const struct store_table *tables,
                struct problem *problem)
{
    *store = (struct store){.path = strdup(path), .folder = -1, .lock = -1};
    signal(SIGXFSZ, SIG_IGN); /* so that a file that reaches the size limit gives an error of write,
                                 and the process goes on */
    for (size_t i = 0; i < STORE_MOST_TABLES; i++) {
        store->row_file[i].fd = -1;
    }
    if (!store->path || !folders_make(path) ||
        (store->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) {
        problem_set(problem, "the folder '%s' cannot be made: %s: choose another with -o", path,
                    strerror(errno));
    } else if (take_lock(store, problem) && open_tables(store, tables, problem)) {
        return true;
    }
    store_close(store);
    return false;
}

void store_close(struct store *store)
{
    for (size_t i = 0; i < STORE_MOST_TABLES; i++) {
        row_file_close(&store->row_file[i]);
        if (store->pending[i].out) {
            fclose(store->pending[i].out);
            free(store->pending[i].text);
        }
    }
    if (store->lock >= 0) {
        close(store->lock);
    }
    if (store->folder >= 0) {
        close(store->folder);
    }
    free(store->cell);
    free(store->path);
}

/* What is pending of each table: a row or more a cell, in the order in which the cells came. */
struct batch {
    const char *rows[STORE_MOST_TABLES];
    size_t bytes[STORE_MOST_TABLES];
};

/* Appends a batch as a whole. If that fails, nothing is appended and a problem is set. */
static bool append(struct store *store, const struct batch *batch, struct problem *problem)
{
    off_t before[STORE_MOST_TABLES];
    bool done = true;
    for (size_t i = 0; i < store->tables; i++) {
        before[i] = store->row_file[i].length;
    }
    /* The ledger is written last: its row says that all other rows are there. */
    for (size_t i = store->tables; done && i-- > 0;) {
        done = batch->bytes[i] == 0 ||
               (row_file_append(&store->row_file[i], batch->rows[i], batch->bytes[i], problem) &&
                row_file_sync(&store->row_file[i], problem));
    }
    for (size_t i = 0; !done && i < store->tables; i++) {
        if (store->row_file[i].length > before[i]) {
            row_file_cut(&store->row_file[i], before[i], problem);
        }
    }
    return done;
}

/* How many bytes at the start of some rows belong to the cell of this key. */
static size_t bytes_of_cell(const char *rows, size_t bytes, const char *key, size_t key_length)
{
    size_t at = 0;
    while (bytes - at >= key_length && !memcmp(rows + at, key, key_length)) {
        const char *end = memchr(rows + at, '\n', bytes - at);
        at = end ? (size_t)(end - rows) + 1 : bytes;
    }
    return at;
}

/* Appends those cells of a batch for which there is room. */
static void salvage(struct store *store, struct batch batch)
{
    struct problem known;
    while (batch.bytes[0] > 0) {
        const char *key = batch.rows[0];
        size_t key_length = strcspn(key, ",") + 1;
        struct batch cell;
        for (size_t i = 0; i < store->tables; i++) {
            cell.rows[i] = batch.rows[i];
            cell.bytes[i] = bytes_of_cell(batch.rows[i], batch.bytes[i], key, key_length);
            batch.rows[i] += cell.bytes[i];
            batch.bytes[i] -= cell.bytes[i];
        }
        append(store, &cell, &known);
    }
}

bool store_commit(struct store *store, struct problem *problem)
{
    struct batch batch;
    for (size_t i = 0; i < store->tables; i++) {
        if (fflush(store->pending[i].out)) {
            return failed(store, problem);
        }
        batch.rows[i] = store->pending[i].text;
        batch.bytes[i] = (size_t)ftello(store->pending[i].out);
    }
    bool done = append(store, &batch, problem);
    if (!done) {
        salvage(store, batch);
    }
    for (size_t i = 0; i < store->tables; i++) {
        rewind(store->pending[i].out);
    }
    return done;
}

bool store_pack(struct store *store, bool packed, struct problem *problem)
{
    bool done = true;
    for (size_t i = 0; done && i < store->tables; i++) {
        done = (packed && i > 0 ? row_file_pack : row_file_unpack)(&store->row_file[i], problem);
    }
    return done;
}
