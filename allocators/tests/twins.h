/* SPDX-License-Identifier: MIT */
/* twins.h - two heaps of one policy that differ in how they find holes: every operation must
 * have the same result in both. The operations come from bytes, random or a fuzzer's. */
#ifndef FITLAB_TWINS_H
#define FITLAB_TWINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Plays the bytes against both. False if they differ; message, of 256 bytes, then says where first.
 * start: how many ranks the second heap has given already, if it has ranks. */
bool twins_agree(const char *one, const char *other, uint32_t start, const uint8_t *data,
                 size_t bytes, char *message);

#endif
