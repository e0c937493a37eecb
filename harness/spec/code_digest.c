#define _GNU_SOURCE /* dladdr */
#include "spec/code_digest.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "allocators/layers/layer.h"
#include "allocators/registry.h"
#include "mallocs/foreign.h"
#include "mallocs/narrow.h"
#include "mallocs/outside_policy.h"

static bool file_digest(const char *path, char digest[CODE_DIGEST_SIZE], struct problem *problem)
{
    FILE *file = fopen(path, "rb");
    XXH3_state_t *state = file ? XXH3_createState() : NULL;
    if (!state) {
        problem_set(problem, "%s: %s", path, strerror(errno));
    } else {
        char block[65536];
        size_t got;
        XXH3_64bits_reset(state);
        while ((got = fread(block, 1, sizeof block, file)) > 0) {
            XXH3_64bits_update(state, block, got);
        }
        snprintf(digest, CODE_DIGEST_SIZE, "%016llx",
                 (unsigned long long)XXH3_64bits_digest(state));
        XXH3_freeState(state);
    }
    if (file) {
        fclose(file);
    }
    return state;
}

/* The digest of a policy or a layer that is built in. */
static bool built_in_digest(const char *name, char digest[CODE_DIGEST_SIZE])
{
    const struct policy_digest *row = policy_digests;
    while (row->name && strcmp(row->name, name) != 0) {
        row++;
    }
    if (row->name) {
        memcpy(digest, row->digest, CODE_DIGEST_SIZE);
    }
    return row->name;
}

static bool is_built_in(const struct policy *policy)
{
    bool found = false;
    for (size_t i = 0; registry_policies[i] && !found; i++) {
        found = registry_policies[i] == policy;
    }
    for (size_t i = 0; registry_layers[i] && !found; i++) {
        found = &registry_layers[i]->policy == policy;
    }
    return found;
}

/* That of the layer and that of what is below, as one. */
static bool stack_digest(const struct stack *stack, char digest[CODE_DIGEST_SIZE],
                         struct problem *problem)
{
    char both[2][CODE_DIGEST_SIZE];
    if (!code_digest(&stack->layer->policy, both[0], problem) ||
        !code_digest(stack->below, both[1], problem)) {
        return false;
    }
    snprintf(digest, CODE_DIGEST_SIZE, "%016llx",
             (unsigned long long)XXH3_64bits(both, sizeof both));
    return true;
}

bool code_digest(const struct policy *policy, char digest[CODE_DIGEST_SIZE],
                 struct problem *problem)
{
    if (policy->traits & POLICY_STACK) {
        return stack_digest(stack_of(policy), digest, problem);
    }
    if (is_built_in(policy) && built_in_digest(policy->name, digest)) {
        return true;
    }
    const struct foreign *foreign = foreign_of(policy);
    if (foreign && foreign->file) {
        const char *path = foreign_path(foreign);
        snprintf(digest, CODE_DIGEST_SIZE, "not installed");
        return !path || file_digest(path, digest, problem);
    }
    const struct narrow *narrow = narrow_of(policy);
    if (narrow && narrow->library.path[0] && !narrow->why) {
        return file_digest(narrow->library.path, digest, problem);
    }
    if (narrow && !narrow->source && built_in_digest(policy->name, digest)) {
        return true;
    }
    if (outside_policy_source(policy)) {
        return file_digest(outside_policy_source(policy), digest, problem);
    }
    Dl_info home;
    if (!dladdr(foreign ? (const void *)(uintptr_t)malloc : policy, &home) || !home.dli_fname) {
        return problem_set(problem, "policy %s: no file holds its code", policy->name);
    }
    return file_digest(home.dli_fname, digest, problem);
}
