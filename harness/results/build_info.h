/* build_info.h - what this fitlab was built from and with. Generated at each build. */
#ifndef FITLAB_BUILD_INFO_H
#define FITLAB_BUILD_INFO_H

#include <stdbool.h>

struct build_info {
    const char *version;
    const char *commit; /* NULL outside a git tree */
    bool dirty;         /* the tree had changes that are in no commit */
    const char *compiler, *flags, *build_type;
};

extern const struct build_info build_info;

#endif
