// Reductions over any axes, places of extrema, and the largest elements of a row.
#pragma once
#include "arete_types.h"

typedef enum {
    ARETE_REDUCE_SUM,
    ARETE_REDUCE_MEAN, // integers: truncated
    ARETE_REDUCE_PROD,
    ARETE_REDUCE_MIN, // NaN wins
    ARETE_REDUCE_MAX, // NaN wins
    ARETE_REDUCE_L1,
    ARETE_REDUCE_L2,
    ARETE_REDUCE_LOG_SUM,
    ARETE_REDUCE_LOG_SUM_EXP,
    ARETE_REDUCE_SUM_SQUARE,
    ARETE_REDUCE_ALL, // of booleans; minimum and maximum of booleans are the same as all and any
    ARETE_REDUCE_ANY,
    ARETE_REDUCE_COUNT,
} arete_reduce_operation;

/// Which dimensions of a dense tensor are kept and which reduced; neighbours of one kind are joined.
typedef struct {
    size_t kept_rank, reduced_rank;
    size_t kept[ARETE_MAX_RANK], reduced[ARETE_MAX_RANK];
    size_t kept_stride[ARETE_MAX_RANK], reduced_stride[ARETE_MAX_RANK]; // elements
    size_t count;                                                       // elements that become one result
    bool rows;                                                          // the innermost dimension is reduced
} arete_reduce_plan;

/// Plans the reduction of the dimensions d with reduces[d]. False when rank is too large.
ARETE_AT_LOAD bool arete_reduce_begin(arete_reduce_plan *plan, size_t rank, const size_t *shape, const bool *reduces);

/// Results of the reduction: kernels take sub-ranges of 0 ..< that, row-major in the kept dimensions.
ARETE_AT_LOAD size_t arete_reduce_results(const arete_reduce_plan *plan);

/// Results begin ..< end. Sums of floats run in double, of integers modulo 2^64, in an order that does not depend on
/// the range. Without elements: 0 for sums and norms, 1 for products, NaN for float means (0 for integers), the
/// logarithm of 0, the type's largest value (infinity, true) for minima and its smallest for maxima.
typedef void (*arete_reduce_function)(const arete_reduce_plan *plan, const void *x, void *y, size_t begin, size_t end);

/// Null when the operation has no meaning for the type. Results have the type of x.
ARETE_AT_LOAD arete_reduce_function arete_reduce(arete_reduce_operation operation, arete_element_type type);

/// x [outer][n][inner] gives indices [outer][inner].
typedef struct {
    size_t n, inner;
    bool largest;     // else the smallest
    bool select_last; // of equal extrema
    bool wide;        // results are int64, else int32
} arete_arg_plan;

/// Indices begin ..< end of outer * inner; NaN counts as the extremum. n is at least 1.
typedef void (*arete_arg_function)(const arete_arg_plan *plan, const void *x, void *y, size_t begin, size_t end);

/// For all numeric types and booleans; null otherwise.
ARETE_AT_LOAD arete_arg_function arete_arg_extremum(arete_element_type type);

/// x [outer][n][inner] gives values and indices [outer][k][inner], k <= n.
typedef struct {
    size_t n, inner, k;
    bool largest; // else the smallest
    bool wide;    // indices are int64, else int32
} arete_top_plan;

/// Columns begin ..< end of outer * inner, best first, equal elements by ascending index; NaN counts as the largest.
/// `scratch`: k numbers of the calling thread's own. values or indices may be null.
typedef void (*arete_top_function)(const arete_top_plan *plan, const void *x, void *values, void *indices,
                                   size_t *scratch, size_t begin, size_t end);

/// For all numeric types; null otherwise.
ARETE_AT_LOAD arete_top_function arete_top_k(arete_element_type type);
