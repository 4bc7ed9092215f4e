// The places of a gather of small elements that takes the same ones of block after block.
#pragma once
#include "arete_index.h"
#include "index_load.h"

enum { ARETE_GATHER_PLACES = 1024 };
typedef uint16_t arete_gather_places[ARETE_GATHER_PLACES];

/// Reads all indices once. False where that does not pay, or one of them is out of range.
static inline bool arete_gather_resolve(const arete_gather_plan *plan, const void *indices,
                                        arete_gather_places places) {
    const bool is_small = plan->unit == 1 || plan->unit == 2 || plan->unit == 4;
    if (!is_small || plan->batch != 1 || plan->count * plan->outer < 4 || plan->count > ARETE_GATHER_PLACES ||
        plan->extent > UINT16_MAX) {
        return false;
    }
    for (size_t i = 0; i < plan->count; i++) {
        const size_t index = arete_checked_index(plan->index_type, indices, i, plan->extent);
        if (index >= plan->extent) return false;
        places[i] = (uint16_t)index;
    }
    return true;
}
