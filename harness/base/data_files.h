/* data_files.h - where what comes with fitlab lies. An installed program finds it from its own
 * place, so that an installation may be moved; a program in a build tree finds it in the source
 * tree, whose path the build writes into a file there. No path of the builder's is in the program
 * itself. */
#ifndef FITLAB_DATA_FILES_H
#define FITLAB_DATA_FILES_H

#include <stddef.h>

/* Writes, for a program in a build tree, the path that is `in_source_tree`, relative to the root of
 * the source tree; else the one that is `from_program`, relative to the folder of the running
 * program. Returns out. Whether anything is there is not checked. */
const char *data_file_find(const char *in_source_tree, const char *from_program, char *out,
                           size_t size);

/* Writes the folder of the running program, with a '/' at its end. */
void program_folder(char *out, size_t size);

/* The file that a word names: itself or, for a bare word, WORD.yaml in a folder as for
 * data_file_find, if it is there. Returns word or out. */
const char *data_file_spec(const char *word, const char *in_source_tree, const char *from_program,
                           char *out, size_t size);

#endif
