/* write_whole.h - write, until everything is written. */
#ifndef FITLAB_WRITE_WHOLE_H
#define FITLAB_WRITE_WHOLE_H

#include <stdbool.h>
#include <stddef.h>

/* Writes all n bytes to a descriptor that blocks. False and errno: an error, after which any number
 * of them may have been written. */
bool write_whole(int fd, const char *bytes, size_t n);

#endif
