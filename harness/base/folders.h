/* folders.h - folders to write into. */
#ifndef FITLAB_FOLDERS_H
#define FITLAB_FOLDERS_H

#include <stdbool.h>

/* Makes a folder, and those above it, where they are not there. False, and errno says why, if it
 * is not there afterwards. */
bool folders_make(const char *path);

#endif
