// Pools of float tensors (maxima of every type) over one to three dimensions, in both layouts.
#pragma once
#include "arete_stencil.h"

typedef enum {
    ARETE_POOL_MAX,         // padding is left out; a window of padding alone gives the type's smallest value
    ARETE_POOL_AVERAGE,     // padding is left out
    ARETE_POOL_AVERAGE_ALL, // padding counts as zero, up to `after`
    ARETE_POOL_LP,          // (sum of |x|^p)^(1/p)
    ARETE_POOL_COUNT,
} arete_pool_kind;

/// x and y [batch][channels][places] or, channels last, [batch][places][channels].
typedef struct {
    arete_stencil stencil;
    size_t batch, channels;
    bool channels_last;
    bool column_major; // of the indices of maxima: the first spatial dimension varies fastest
    double p;          // of ARETE_POOL_LP
} arete_pool_nd_plan;

/// Units that kernels count in: elements of y, or places when channels are last.
size_t arete_pool_nd_units(const arete_pool_nd_plan *plan);

/// Units begin ..< end of y. `indices` (of maxima, channels first; may be null) are places in x as a flat tensor; -1
/// where the window holds nothing but padding.
typedef void (*arete_pool_nd_function)(const arete_pool_nd_plan *plan, const void *x, void *y, int64_t *indices,
                                       size_t begin, size_t end);

/// Maxima: all numeric types; others: the four float types, computed in double. Null otherwise.
ARETE_AT_LOAD arete_pool_nd_function arete_pool_nd(arete_pool_kind kind, arete_element_type type);

/// y[indices[i]] = x[i] for n elements; y is zero before. False when an index lies outside the y_count elements.
bool arete_max_unpool(size_t element_size, const void *x, const int64_t *indices, size_t n, void *y, size_t y_count);
