/* older.h - a results folder that another version of fitlab made. Tables have only ever gained
 * columns, so what an older folder lacks is unknown: its cells are empty. Where that is not enough,
 * a message says which version made the folder. */
#ifndef FITLAB_OLDER_H
#define FITLAB_OLDER_H

#include <stddef.h>

#include "base/table.h"

/* Reads a table of a results folder, with the columns that came later. file is its name there;
 * remedy is of older_remedy and must outlive the table. NULL and a problem as of table_read. */
struct table *older_read(const char *path, const char *file, const char *remedy, struct problem *);

/* Writes a sentence for the message that a column is missing: which version of fitlab made the
 * folder, and how to get the column. Writes "" if this version made it, or if the folder does not
 * say. */
void older_remedy(const char *folder, char *text, size_t size);

#endif
