// Loop nests: the iteration space that broadcasting and data movement kernels walk, with a byte stride per operand.
#pragma once
#include "arete_types.h"

enum {
    ARETE_NEST_RANK = 16,
    ARETE_NEST_OPERANDS = 4,
};

/// Dimensions from the outermost to the innermost. Operand 0 is the result, which kernels write.
typedef struct {
    size_t rank;
    size_t operands;
    size_t extent[ARETE_NEST_RANK];
    ptrdiff_t stride[ARETE_NEST_OPERANDS][ARETE_NEST_RANK]; // bytes
} arete_nest;

/// Begins a nest without dimensions (one point) for `operands` operands.
ARETE_AT_LOAD void arete_nest_begin(arete_nest *nest, size_t operands);

/// Adds an innermost dimension; `strides[k]` is operand k's byte stride. False when the nest is full.
ARETE_AT_LOAD bool arete_nest_append(arete_nest *nest, size_t extent, const ptrdiff_t *strides);

/// A nest over `shape` whose operand k is a dense tensor of `shapes[k]` (ranks[k] dimensions), broadcast as NumPy does
/// (dimensions aligned at the end). `element_sizes[k]` in bytes. False when a shape does not broadcast to `shape`.
ARETE_AT_LOAD bool arete_nest_broadcast(arete_nest *nest, size_t rank, const size_t *shape, size_t operands,
                                        const size_t *ranks, const size_t *const *shapes, const size_t *element_sizes);

/// Drops dimensions of extent 1 and joins neighbours that every operand crosses evenly, so that inner runs are long.
ARETE_AT_LOAD void arete_nest_simplify(arete_nest *nest);

/// Points in the nest: kernels take sub-ranges of 0 ..< count, counted in row-major order.
ARETE_AT_LOAD size_t arete_nest_count(const arete_nest *nest);
