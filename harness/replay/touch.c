#include "replay/touch.h"

#include <string.h>

#include "base/words.h"

const char *const touch_names[TOUCH_COUNT] = {
#define X(symbol, name, meaning) name,
    FITLAB_TOUCHES(X)
#undef X
};

const char *const touch_meanings[TOUCH_COUNT] = {
#define X(symbol, name, meaning) meaning,
    FITLAB_TOUCHES(X)
#undef X
};

bool touch_parse(const char *text, enum touch *touch, struct problem *problem)
{
    for (unsigned i = 0; i < TOUCH_COUNT; i++) {
        if (!strcmp(touch_names[i], text)) {
            *touch = (enum touch)i;
            return true;
        }
    }
    return words_unknown("touch", text, touch_names, TOUCH_COUNT, NULL, problem);
}
