/* pdf_plain.h - PDFs whose structure can be read without decompressing it.
 *
 * cairo 1.18 writes the information dictionary, with the date, and other small objects into
 * compressed object streams, and the table of offsets too (ISO 32000-1, 7.5.7 and 7.5.8).
 * cairo 1.16 wrote each object on its own, and a table of text.
 */
#ifndef FITLAB_PDF_PLAIN_H
#define FITLAB_PDF_PLAIN_H

#include <stddef.h>

/* The same document in the plain form, to be freed, and its length; NULL if it is plain already, is
 * damaged, or memory is short. */
char *pdf_plain(const char *pdf, size_t length, size_t *plain_length);

#endif
