/* imports.h - importing a text in a test, and asking what came of it. */
#ifndef FITLAB_TEST_IMPORTS_H
#define FITLAB_TEST_IMPORTS_H

#include "workloads/formats/importer.h"

/* What an import of some bytes came to. */
struct imported {
    bool ok;
    struct problem problem;
    char warnings[4096]; /* lines */
    struct tally tally;  /* close it */
    struct event events[64];
    size_t count; /* events that were kept: the first 64 */
};

/* Imports bytes that are called NAME in messages. */
struct imported import_bytes(const char *format, const void *bytes, size_t n);
struct imported import_text(const char *format, const char *text);

/* The same from a file; checks that the format is the one that recognises it. */
struct imported import_file(const char *format, const char *path);

#endif
