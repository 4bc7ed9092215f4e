// Matrix products and contractions of any type by strides: for integers, double and half precision, and for shapes that
// no library routine serves. (Products of float32 matrices are faster elsewhere.)
#pragma once
#include "arete_types.h"

/// c [batch...][rows][columns] = a [batch...][rows][depth] times b [batch...][depth][columns]; strides in elements.
typedef struct {
    size_t rows, columns, depth;
    ptrdiff_t a_row, a_depth, b_depth, b_column;
    size_t batch_rank;
    size_t batch[ARETE_MAX_RANK];
    ptrdiff_t a_batch[ARETE_MAX_RANK], b_batch[ARETE_MAX_RANK];
} arete_product_plan;

/// Plans the product of dense tensors of two or more dimensions whose leading dimensions broadcast; with transpose_a or
/// transpose_b the last two are exchanged. False when shapes do not fit.
ARETE_AT_LOAD bool arete_product_begin(arete_product_plan *plan, size_t a_rank, const size_t *a_shape, bool transpose_a,
                                       size_t b_rank, const size_t *b_shape, bool transpose_b);

/// Rows of all matrices of c: kernels take sub-ranges of 0 ..< that.
size_t arete_product_rows(const arete_product_plan *plan);

/// Rows begin ..< end of c, which is dense. Halves sum in float, integers wrap.
typedef void (*arete_product_function)(const arete_product_plan *plan, const void *a, const void *b, void *c,
                                       size_t begin, size_t end);
/// For all numeric types; null otherwise.
ARETE_AT_LOAD arete_product_function arete_product(arete_element_type type);

enum { ARETE_CONTRACTION_OPERANDS = 4 };

/// Einsum: y[kept...] = sum over the summed labels of the product of the operands, by element strides for every label
/// (0 where an operand lacks it).
typedef struct {
    size_t operands, kept_rank, summed_rank;
    size_t kept[ARETE_MAX_RANK], summed[ARETE_MAX_RANK];
    ptrdiff_t kept_stride[ARETE_CONTRACTION_OPERANDS][ARETE_MAX_RANK];
    ptrdiff_t summed_stride[ARETE_CONTRACTION_OPERANDS][ARETE_MAX_RANK];
} arete_contraction_plan;

/// Begins a contraction without labels: the product of scalars. False for too many operands or none.
ARETE_AT_LOAD bool arete_contraction_begin(arete_contraction_plan *plan, size_t operands);

/// Adds a label, kept ones in the order of the result's dimensions. strides[k] is operand k's. False when there are too
/// many.
bool arete_contraction_add(arete_contraction_plan *plan, bool summed, size_t extent, const ptrdiff_t *strides);

/// Elements of y.
size_t arete_contraction_results(const arete_contraction_plan *plan);

/// Elements begin ..< end of y. Floats sum in double, integers wrap.
typedef void (*arete_contraction_function)(const arete_contraction_plan *plan, const void *const *operands, void *y,
                                           size_t begin, size_t end);
/// For all numeric types; null otherwise.
ARETE_AT_LOAD arete_contraction_function arete_contraction(arete_element_type type);
