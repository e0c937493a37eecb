#include "present/step/lists.h"

#include <string.h>

struct following {
    const struct picture *picture;
    struct list_node *node;
    size_t n, most;
    bool more;
};

/* Whether there is a member of a list or tree: free memory, or the head of a page or slab, which
 * has links. (A list may end with a link back to its head, which has none.) */
static bool leads_to_node(const struct picture *p, uint64_t address)
{
    const struct picture_span *s = address == NOWHERE ? NULL : picture_find(p, address);
    bool node = s && s->kind != SPAN_META;
    for (size_t i = 0; s && !node && i < s->parts; i++) {
        node = p->part[s->part + i].kind == PART_LINK;
    }
    return node;
}

static bool is_known(const struct following *f, uint64_t address)
{
    for (size_t i = 0; i < f->n; i++) {
        if (f->node[i].address == address) {
            return true;
        }
    }
    return false;
}

static bool leads_back(const char *name)
{
    return !strcmp(name, "previous") || !strcmp(name, "parent");
}

/* Whether a link belongs to the node at an address: where many free objects lie in one span, those
 * do that follow it, up to the first name that comes again. */
static bool is_own(const struct picture *p, const struct picture_span *s, uint64_t address,
                   const struct picture_part *link)
{
    const struct picture_part *part = &p->part[s->part];
    size_t named = 0;
    for (size_t i = 0; i < s->parts; i++) {
        named += part[i].kind == PART_LINK && !strcmp(part[i].name, link->name);
    }
    if (named == 1) {
        return true;
    }
    for (size_t i = 0; i < s->parts; i++) {
        if (part[i].kind == PART_LINK && part[i].at >= address &&
            !strcmp(part[i].name, link->name)) {
            return &part[i] == link;
        }
    }
    return false;
}

static void visit(struct following *f, uint64_t address, const char *edge, unsigned depth)
{
    const struct picture *p = f->picture;
    while (leads_to_node(p, address) && !is_known(f, address)) {
        if (f->n >= f->most) {
            f->more = true;
            return;
        }
        const struct picture_span *s = picture_find(p, address);
        f->node[f->n++] = (struct list_node){address, s, edge, depth};
        uint64_t here = address;
        address = NOWHERE;
        for (size_t i = 0; i < s->parts; i++) {
            const struct picture_part *link = &p->part[s->part + i];
            if (link->kind != PART_LINK || link->target == NOWHERE || leads_back(link->name) ||
                !is_own(p, s, here, link)) {
                continue;
            }
            if (!strcmp(link->name, "next")) {
                address = link->target;
            } else {
                visit(f, link->target, link->name, depth + 1);
            }
        }
        edge = "next";
    }
}

size_t lists_follow(const struct picture *p, const struct picture_part *head,
                    struct list_node *node, size_t most, bool *more)
{
    struct following f = {.picture = p, .node = node, .most = most};
    visit(&f, head->target, "", 0);
    *more = f.more;
    return f.n;
}

const struct picture_part *lists_head(const struct picture *p, size_t i)
{
    for (; i < p->parts; i++) {
        if (p->part[i].kind == PART_HEAD && leads_to_node(p, p->part[i].target)) {
            return &p->part[i];
        }
    }
    return NULL;
}
