/* row_digest.h - one digest a cell of all its rows in all tables: in provenance.csv when the cell
 * is measured, and told again from the rows when the folder is opened. A row that was lost, edited
 * or doubled since then makes the two differ. */
#ifndef FITLAB_ROW_DIGEST_H
#define FITLAB_ROW_DIGEST_H

#include "results/store.h"

enum { ROW_DIGEST_SIZE = 17 };

/* Where the pending rows of a cell begin. */
struct row_digest_mark {
    size_t at[STORE_MOST_TABLES];
};

/* False: no memory for what is pending. */
bool row_digest_mark(struct store *, struct row_digest_mark *);

/* The digest, in 16 hexadecimal digits, of the rows written to pending[] since the mark. */
bool row_digest_write(struct store *, const struct row_digest_mark *, char digest[ROW_DIGEST_SIZE]);

/* Sets `damaged` of every cell of an open folder whose rows are not those that its row in
 * provenance.csv tells of, and counts them. A cell that has no row there, as `fitlab run` writes
 * none, is taken as it is. */
bool row_digest_judge(struct store *, size_t *damaged, struct problem *);

#endif
