#include "conformance/property.h"

const struct property *const properties[] = {
#define X(id) &property_##id,
    FITLAB_PROPERTIES(X)
#undef X
        0,
};
