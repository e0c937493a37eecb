/* folders.h - folders to write into. */
#ifndef FITLAB_FOLDERS_H
#define FITLAB_FOLDERS_H

#include <stdbool.h>

/* Makes a folder and the missing ones above it. Returns false, with the reason in errno, if the
 * folder is not there afterwards. */
bool folders_make(const char *path);

#endif
