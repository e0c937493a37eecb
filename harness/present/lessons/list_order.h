/* list_order.h - the holes of any heap in the order of its free list.
 *
 * A policy that explains its heap says where its free list begins and where each link leads; of any
 * other the order is unknown, and the holes come in address order.
 */
#ifndef FITLAB_LIST_ORDER_H
#define FITLAB_LIST_ORDER_H

#include "allocators/heap.h"

/* Return false to end. */
typedef bool hole_visitor(const char *at, size_t bytes, void *ctx);

/* Visits all holes. Returns whether their order is that of the list. */
bool list_order_visit(const struct heap *, hole_visitor *, void *ctx);

#endif
