/* data_files.h - where the data that come with fitlab lie. An installed program finds them relative
 * to its own place, so that an installation may be moved. A program in a build tree finds them in
 * the source tree, whose path the build writes into a file there, so that the program itself
 * contains no path of the machine that built it. */
#ifndef FITLAB_DATA_FILES_H
#define FITLAB_DATA_FILES_H

#include <stddef.h>

/* Writes a path and returns out. For a program in a build tree it is `in_source_tree`, relative to
 * the root of the source tree; else it is `from_program`, relative to the folder of the running
 * program. Whether anything is there is not checked. */
const char *data_file_find(const char *in_source_tree, const char *from_program, char *out,
                           size_t size);

/* Writes the folder of the running program, with a '/' at its end. */
void program_folder(char *out, size_t size);

/* The file that a word names. A bare word names WORD.yaml in a folder found as in data_file_find,
 * if that file exists; any other word is a path. Returns word or out. */
const char *data_file_spec(const char *word, const char *in_source_tree, const char *from_program,
                           char *out, size_t size);

#endif
