#include "base/write_whole.h"

#include <errno.h>
#include <unistd.h>

bool write_whole(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t wrote = write(fd, bytes, n);
        if (wrote < 0 && errno != EINTR) {
            return false;
        }
        if (wrote > 0) {
            bytes += wrote;
            n -= (size_t)wrote;
        }
    }
    return true;
}
