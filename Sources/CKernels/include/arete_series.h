// Arithmetic series and running sums.
#pragma once
#include "arete_types.h"

/// y[i] = *start + i * *delta for i in begin ..< end; integers wrap.
typedef void (*arete_range_function)(const void *start, const void *delta, void *y, size_t begin, size_t end);

/// For all numeric types; null otherwise.
ARETE_AT_LOAD arete_range_function arete_range(arete_element_type type);

/// x and y [outer][n][inner]; sums run along n.
typedef struct {
    size_t n, inner;
    bool exclusive, reverse;
} arete_cumulative_plan;

/// Running sums of columns begin ..< end, of outer * inner columns. Half precision runs in float.
typedef void (*arete_cumulative_function)(const arete_cumulative_plan *plan, const void *x, void *y, size_t begin,
                                          size_t end);

/// For all numeric types; null otherwise.
ARETE_AT_LOAD arete_cumulative_function arete_cumulative_sum(arete_element_type type);
