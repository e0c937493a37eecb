/* items.h - the top level of C sources as a list of items: each a function, a type, a variable or a
 * #define, with the comment before it. It knows as much of C as the policies' sources need.
 */
#ifndef FITLAB_ITEMS_H
#define FITLAB_ITEMS_H

#include <stdbool.h>
#include <stddef.h>

#include "workloads/problem.h"

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_OTHER };

struct token {
    enum token_kind kind;
    const char *at;
    size_t bytes;
};

/* The next token at *text, which moves behind it. Comments and white space are passed over; a
 * literal is one token, and so is "->". */
struct token token_next(const char **text);

bool token_is(const struct token *, const char *text);

/* By how much a token changes the depth of brackets. */
int token_nesting(const struct token *);

struct item {
    char *text;
    bool macro_use; /* the use of a macro, of which nobody knows what it defines */
    bool live;
};

struct items {
    struct item *item;
    size_t n, room;
    char (*read)[128]; /* the files that were read, by their names from the root */
    size_t files, files_room;
};

/* Appends the items of a file of the folder `root`, each file that it includes by "NAME" in the
 * place of the #include, and each file once. Standard headers, guards and what is for C++ are left
 * out. */
bool items_read(struct items *, const char *root, const char *file, struct problem *);

/* Appends the items of a text that includes nothing. */
bool items_cut(struct items *, const char *text, struct problem *);

/* Appends a copy. */
bool items_add(struct items *, const struct item *);

/* Whether the item defines or declares the name: a function, an object, a type by its tag, an
 * enumerator or a macro. */
bool item_defines(const struct item *, const char *name, size_t bytes);

/* Marks as live all items that the text names, and all that these name in turn. */
void items_mark(struct items *, const char *text);

void items_close(struct items *);

#endif
