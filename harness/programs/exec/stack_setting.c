#define _GNU_SOURCE
#include "programs/exec/stack_setting.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "allocators/registry.h"

/* One part of the value: "symbol:1,2,3". */
struct setting_part {
    char symbol[EXEC_SETTING_BYTES];
    long number[EXEC_MOST_PARAMS];
    size_t numbers;
};

static bool goes_by(const char *symbol, const char *name)
{
    while (*name && (*name == *symbol || (*name == '-' && *symbol == '_'))) {
        name++;
        symbol++;
    }
    return *name == *symbol;
}

static const struct policy *find(const char *symbol)
{
    if (symbol[0] == EXEC_PLUGIN_MARK[0]) {
        return dlsym(RTLD_DEFAULT, symbol + 1);
    }
    for (size_t i = 0; registry_policies[i]; i++) {
        if (goes_by(symbol, registry_policies[i]->name)) {
            return registry_policies[i];
        }
    }
    for (size_t i = 0; registry_layers[i]; i++) {
        if (goes_by(symbol, registry_layers[i]->policy.name)) {
            return &registry_layers[i]->policy;
        }
    }
    return NULL;
}

static void read_part(const char *text, size_t length, struct setting_part *part)
{
    size_t name = strcspn(text, ":+");
    name = name < sizeof part->symbol ? name : sizeof part->symbol - 1;
    memcpy(part->symbol, text, name);
    part->symbol[name] = '\0';
    part->numbers = 0;
    for (const char *at = text + name; at < text + length && part->numbers < EXEC_MOST_PARAMS;) {
        char *end;
        part->number[part->numbers++] = strtol(at + 1, &end, 10);
        at = end;
    }
}

/* Puts a part over what is below it. */
static bool add(const struct setting_part *part, bool bottom, struct stack *stack,
                struct stack_setting *setting)
{
    const struct policy *own = find(part->symbol), *below = setting->policy;
    if (!own || own->abi != FITLAB_POLICY_ABI || bottom == ((own->traits & POLICY_LAYER) != 0) ||
        layer_count_params(own->params) != part->numbers) {
        return false;
    }
    size_t numbers = layer_count_params(below ? below->params : NULL);
    if (!bottom && layer_refuses((const struct layer *)own, below)) {
        return false;
    }
    memmove(setting->arg + part->numbers, setting->arg, numbers * sizeof setting->arg[0]);
    memcpy(setting->arg, part->number, part->numbers * sizeof setting->arg[0]);
    if (bottom) {
        setting->policy = own;
    } else {
        stack_make(stack, (const struct layer *)own, below);
        setting->policy = &stack->policy;
    }
    return true;
}

bool stack_setting_read(const char *value, struct stack_setting *setting)
{
    static struct setting_part part; /* large for the stack of a thread */
    const char *from[EXEC_MOST_PARTS];
    size_t parts = 0;
    for (const char *at = value; at; at = strchr(at, EXEC_LAYER_MARK)) {
        if (parts == EXEC_MOST_PARTS) {
            return false;
        }
        at += parts ? 1 : 0;
        from[parts++] = at;
    }
    setting->policy = NULL;
    for (size_t i = parts; i-- > 0;) {
        bool bottom = i + 1 == parts;
        size_t length = bottom ? strlen(from[i]) : (size_t)(from[i + 1] - 1 - from[i]);
        read_part(from[i], length, &part);
        if (!add(&part, bottom, bottom ? NULL : &setting->stack[i], setting)) {
            return false;
        }
    }
    return true;
}
