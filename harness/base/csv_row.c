#include <csv.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/table.h"

static void separate(struct csv_row *row)
{
    if (row->begun) {
        fputc(',', row->out);
    }
    row->begun = true;
}

void csv_text(struct csv_row *row, const char *text)
{
    separate(row);
    size_t length = strlen(text);
    /* libcsv drops spaces around a cell that is not quoted. */
    if (strpbrk(text, ",\"\r\n") || (length && (text[0] == ' ' || text[length - 1] == ' '))) {
        csv_fwrite(row->out, text, length);
    } else {
        fputs(text, row->out);
    }
}

void csv_whole(struct csv_row *row, uint64_t value)
{
    separate(row);
    fprintf(row->out, "%" PRIu64, value);
}

void csv_real(struct csv_row *row, double value)
{
    separate(row);
    if (!isnan(value)) {
        fprintf(row->out, "%.9g", value);
    }
}

void csv_end_row(struct csv_row *row)
{
    fputc('\n', row->out);
    row->begun = false;
}
