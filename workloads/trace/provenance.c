#include "workloads/trace/provenance.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void provenance_add(struct provenance *p, const char *key, const char *format, ...)
{
    size_t used = strlen(p->text), room = sizeof p->text - used - 1; /* for the newline */
    int head = snprintf(p->text + used, room, "%s: ", key);
    if (head < 0 || (size_t)head >= room) {
        p->text[used] = '\0';
        return;
    }
    char *value = p->text + used + head;
    va_list args;
    va_start(args, format);
    vsnprintf(value, room - (size_t)head, format, args);
    va_end(args);
    for (; *value; value++) {
        if ((unsigned char)*value < ' ' || *value == 0x7f) {
            *value = ' ';
        }
    }
    strcpy(value, "\n");
}

bool provenance_get(const struct provenance *p, const char *key, char *value, size_t size)
{
    size_t n = strlen(key);
    for (const char *line = p->text; *line;) {
        size_t length = strcspn(line, "\n");
        if (length > n + 1 && !strncmp(line, key, n) && !strncmp(line + n, ": ", 2)) {
            snprintf(value, size, "%.*s", (int)(length - n - 2), line + n + 2);
            return true;
        }
        line += length + (line[length] == '\n');
    }
    return false;
}
