#include "present/step/operations.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "workloads/array.h"

/* A name and the slot of its block. */
struct binding {
    char name[OPERATION_NAME];
    uint32_t slot;
    bool live;
};

struct parser {
    const char *at;
    const char *start; /* of the operation that is being read */
    struct operations *out;
    struct binding *binding;
    size_t bindings, binding_room;
    uint64_t listed; /* blocks that '+' has asked for */
    struct problem *problem;
};

static const char forms[] = "give NAME = alloc(SIZE), calloc(COUNT, SIZE), "
                            "aligned_alloc(ALIGNMENT, SIZE) or realloc(NAME, SIZE), free(NAME), "
                            "or a list such as +10,-0";

/* ---- messages ---- */

static bool wrong(struct parser *p, const char *what, const char *remedy)
{
    int length = (int)strcspn(p->start, ";\n");
    return problem_set(p->problem, "operation %zu, '%.*s': %s; %s", p->out->n + 1,
                       length < 60 ? length : 60, p->start, what, remedy);
}

static bool wrong_name(struct parser *p, const char *name, const char *what, const char *remedy)
{
    char text[128];
    snprintf(text, sizeof text, "%s %s", name, what);
    return wrong(p, text, remedy);
}

static bool no_memory(struct parser *p)
{
    return problem_set(p->problem, "out of memory for the operations");
}

/* ---- characters ---- */

static void skip_blanks(struct parser *p)
{
    while (*p->at == ' ' || *p->at == '\t' || *p->at == '\r') {
        p->at++;
    }
}

/* What may stand between two operations. */
static void skip_between(struct parser *p)
{
    while (*p->at && (isspace((unsigned char)*p->at) || strchr(";,#", *p->at))) {
        p->at += *p->at == '#' ? strcspn(p->at, "\n") : 1;
    }
}

static bool accept(struct parser *p, char c)
{
    skip_blanks(p);
    if (*p->at != c) {
        return false;
    }
    p->at++;
    return true;
}

static bool begins_name(char c)
{
    return isalpha((unsigned char)c) || c == '_';
}

/* A name, which may have an index as in ptr[3]. */
static bool read_name(struct parser *p, char *name)
{
    skip_blanks(p);
    size_t n = 0;
    if (begins_name(*p->at)) {
        while (isalnum((unsigned char)p->at[n]) || (p->at[n] && strchr("_[]", p->at[n]))) {
            n++;
        }
    }
    if (!n || n >= OPERATION_NAME) {
        return wrong(p, n ? "the name is too long" : "a name is missing", forms);
    }
    memcpy(name, p->at, n);
    name[n] = '\0';
    p->at += n;
    return true;
}

static bool read_size(struct parser *p, uint64_t *size)
{
    skip_blanks(p);
    char digits[32];
    size_t n = strspn(p->at, "0123456789KMGkmg");
    long value;
    snprintf(digits, sizeof digits, "%.*s", (int)(n < 31 ? n : 31), p->at);
    if (!n || !words_number(digits, &value) || value < 0) {
        return wrong(p, "a size is missing",
                     "a size is a whole number of bytes; K, M and G are allowed");
    }
    *size = (uint64_t)value;
    p->at += n;
    return true;
}

/* ---- names and slots ---- */

static struct binding *find(struct parser *p, const char *name)
{
    for (size_t i = 0; i < p->bindings; i++) {
        if (!strcmp(p->binding[i].name, name)) {
            return &p->binding[i];
        }
    }
    return NULL;
}

static struct binding *find_live(struct parser *p, const char *name)
{
    struct binding *b = find(p, name);
    if (!b || !b->live) {
        wrong_name(p, name, b ? "was freed already" : "holds no block",
                   "allocate a block under that name first");
        return NULL;
    }
    return b;
}

/* Binds a name that holds no block to a slot. */
static bool bind(struct parser *p, const char *name, uint32_t slot)
{
    struct binding *b = find(p, name);
    if (b && b->live) {
        return wrong_name(p, name, "holds a block already", "free it first or take another name");
    }
    if (!b) {
        void *grown =
            array_reserve(p->binding, &p->binding_room, p->bindings + 1, sizeof *p->binding);
        if (!grown) {
            return no_memory(p);
        }
        p->binding = grown;
        b = &p->binding[p->bindings++];
        snprintf(b->name, sizeof b->name, "%s", name);
    }
    b->slot = slot;
    b->live = true;
    return true;
}

static bool add(struct parser *p, struct event event, const char *name, const char *text)
{
    struct operations *o = p->out;
    void *grown = array_reserve(o->list, &o->room, o->n + 1, sizeof *o->list);
    if (!grown) {
        return no_memory(p);
    }
    o->list = grown;
    struct operation *op = &o->list[o->n++];
    *op = (struct operation){.event = event};
    snprintf(op->name, sizeof op->name, "%s", name);
    snprintf(op->text, sizeof op->text, "%s", text);
    return true;
}

/* ---- operations ---- */

static bool add_alloc(struct parser *p, const char *name, struct event event, const char *call)
{
    char text[OPERATION_TEXT];
    event.slot = p->out->slots;
    snprintf(text, sizeof text, "%s = %s", name, call);
    if (!bind(p, name, event.slot) || !add(p, event, name, text)) {
        return false;
    }
    p->out->slots++;
    return true;
}

static bool read_free(struct parser *p)
{
    char name[OPERATION_NAME], text[OPERATION_TEXT];
    if (!read_name(p, name)) {
        return false;
    }
    struct binding *b = find_live(p, name);
    if (!b) {
        return false;
    }
    b->live = false;
    snprintf(text, sizeof text, "free(%s)", name);
    return add(p, (struct event){.slot = b->slot, .kind = EVENT_FREE}, name, text);
}

static bool read_realloc(struct parser *p, const char *target)
{
    char name[OPERATION_NAME], text[OPERATION_TEXT];
    struct event event = {.kind = EVENT_REALLOC};
    if (!read_name(p, name)) {
        return false;
    }
    struct binding *b = find_live(p, name);
    if (!b) {
        return false;
    }
    if (!accept(p, ',')) {
        return wrong(p, "realloc takes two arguments", "give realloc(NAME, SIZE)");
    }
    if (!read_size(p, &event.size)) {
        return false;
    }
    target = *target ? target : name;
    event.slot = b->slot;
    b->live = false;
    snprintf(text, sizeof text, "%s = realloc(%s, %" PRIu64 ")", target, name, event.size);
    return bind(p, target, event.slot) && add(p, event, target, text);
}

static bool read_calloc(struct parser *p, const char *name)
{
    char call[64];
    uint64_t count, size = 1;
    if (!read_size(p, &count) || (accept(p, ',') && !read_size(p, &size))) {
        return false;
    }
    uint64_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        return wrong(p, "the product is too large", "give smaller numbers");
    }
    snprintf(call, sizeof call, "calloc(%" PRIu64 ", %" PRIu64 ")", count, size);
    return add_alloc(p, name, (struct event){.size = bytes, .kind = EVENT_CALLOC}, call);
}

static bool read_aligned(struct parser *p, const char *name)
{
    char call[64];
    uint64_t align, size;
    if (!read_size(p, &align)) {
        return false;
    }
    if (!align || (align & (align - 1)) || align > ((uint64_t)1 << 30)) {
        return wrong(p, "the alignment is no power of two up to 1G", "give one, such as 64");
    }
    if (!accept(p, ',')) {
        return wrong(p, "aligned_alloc takes two arguments", "give aligned_alloc(ALIGNMENT, SIZE)");
    }
    if (!read_size(p, &size)) {
        return false;
    }
    snprintf(call, sizeof call, "aligned_alloc(%" PRIu64 ", %" PRIu64 ")", align, size);
    struct event event = {
        .size = size, .kind = EVENT_ALIGNED, .align_log2 = (uint8_t)__builtin_ctzll(align)};
    return add_alloc(p, name, event, call);
}

static bool read_alloc(struct parser *p, const char *name)
{
    char call[64];
    uint64_t size;
    if (!read_size(p, &size)) {
        return false;
    }
    snprintf(call, sizeof call, "alloc(%" PRIu64 ")", size);
    return add_alloc(p, name, (struct event){.size = size, .kind = EVENT_MALLOC}, call);
}

/* A block that was given no name is called by the number of its operation. */
static const char *name_or_number(const struct parser *p, const char *name, char *made)
{
    if (*name) {
        return name;
    }
    snprintf(made, OPERATION_NAME, "b%zu", p->out->n + 1);
    return made;
}

static bool read_call(struct parser *p, const char *word, const char *target)
{
    char made[OPERATION_NAME];
    const char *name = name_or_number(p, target, made);
    bool read;
    if (!strcmp(word, "free")) {
        read = *target ? wrong(p, "free returns nothing", "give free(NAME)") : read_free(p);
    } else if (!strcmp(word, "realloc")) {
        read = read_realloc(p, target);
    } else if (!strcmp(word, "calloc")) {
        read = read_calloc(p, name);
    } else if (!strcmp(word, "aligned_alloc") || !strcmp(word, "memalign")) {
        read = read_aligned(p, name);
    } else if (!strcmp(word, "alloc") || !strcmp(word, "malloc")) {
        read = read_alloc(p, name);
    } else {
        return wrong_name(p, word, "is no operation", forms);
    }
    return read && (accept(p, ')') || wrong(p, "a ')' is missing", forms));
}

/* +SIZE or -INDEX, where the index counts the blocks that '+' has asked for. */
static bool read_listed(struct parser *p)
{
    char name[OPERATION_NAME], call[64], text[OPERATION_TEXT];
    bool plus = *p->at++ == '+';
    uint64_t number;
    if (!read_size(p, &number)) {
        return false;
    }
    if (plus) {
        snprintf(name, sizeof name, "ptr[%" PRIu64 "]", p->listed++);
        snprintf(call, sizeof call, "alloc(%" PRIu64 ")", number);
        return add_alloc(p, name, (struct event){.size = number, .kind = EVENT_MALLOC}, call);
    }
    snprintf(name, sizeof name, "ptr[%" PRIu64 "]", number);
    struct binding *b = find_live(p, name);
    if (!b) {
        return false;
    }
    b->live = false;
    snprintf(text, sizeof text, "free(%s)", name);
    return add(p, (struct event){.slot = b->slot, .kind = EVENT_FREE}, name, text);
}

/* NAME = CALL or CALL, with a type before the name passed over. */
static bool read_named(struct parser *p)
{
    char word[OPERATION_NAME], target[OPERATION_NAME] = "";
    if (!read_name(p, word)) {
        return false;
    }
    for (skip_blanks(p); *p->at == '*' || begins_name(*p->at); skip_blanks(p)) {
        while (accept(p, '*')) {
        }
        if (!read_name(p, word)) {
            return false;
        }
    }
    if (accept(p, '=')) {
        memcpy(target, word, sizeof target);
        if (!read_name(p, word)) {
            return false;
        }
    }
    return accept(p, '(') ? read_call(p, word, target) : wrong(p, "a '(' is missing", forms);
}

static bool read_all(struct parser *p)
{
    for (skip_between(p); *p->at; skip_between(p)) {
        p->start = p->at;
        bool listed = *p->at == '+' || *p->at == '-';
        if (!(listed ? read_listed(p) : read_named(p))) {
            return false;
        }
        skip_blanks(p);
        if (*p->at && !strchr(";,#\n", *p->at)) {
            return wrong(p, "something follows the operation", "separate operations with ';'");
        }
    }
    return p->out->n > 0 || problem_set(p->problem, "there is no operation; %s", forms);
}

bool operations_parse(const char *text, struct operations *out, struct problem *problem)
{
    *out = (struct operations){0};
    struct parser p = {.at = text, .start = text, .out = out, .problem = problem};
    bool read = read_all(&p);
    free(p.binding);
    if (!read) {
        operations_release(out);
    }
    return read;
}

void operations_release(struct operations *o)
{
    free(o->list);
    *o = (struct operations){0};
}
