// The rows that padding counts in.
#pragma once
#include "arete_copy.h"

/// How many dimensions rows consist of: the last padded dimension and an untouched one behind it.
static inline size_t arete_pad_row_dimensions(const arete_pad_plan *plan) {
    if (plan->rank < 2) return plan->rank;
    const size_t last = plan->rank - 1;
    return plan->before[last] == 0 && plan->x_shape[last] == plan->y_shape[last] ? 2 : 1;
}
