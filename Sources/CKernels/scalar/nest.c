// Builds and simplifies loop nests.
#include "arete_nest.h"
#include <string.h>

void arete_nest_begin(arete_nest *nest, size_t operands) {
    memset(nest, 0, sizeof *nest);
    nest->operands = operands <= ARETE_NEST_OPERANDS ? operands : ARETE_NEST_OPERANDS;
}

bool arete_nest_append(arete_nest *nest, size_t extent, const ptrdiff_t *strides) {
    if (nest->rank == ARETE_NEST_RANK) return false;
    nest->extent[nest->rank] = extent;
    for (size_t k = 0; k < nest->operands; k++) nest->stride[k][nest->rank] = strides[k];
    nest->rank++;
    return true;
}

bool arete_nest_broadcast(arete_nest *nest, size_t rank, const size_t *shape, size_t operands, const size_t *ranks,
                          const size_t *const *shapes, const size_t *element_sizes) {
    if (rank > ARETE_NEST_RANK || operands > ARETE_NEST_OPERANDS) return false;
    arete_nest_begin(nest, operands);
    nest->rank = rank;
    for (size_t d = 0; d < rank; d++) nest->extent[d] = shape[d];
    for (size_t k = 0; k < operands; k++) {
        if (ranks[k] > rank) return false;
        ptrdiff_t stride = (ptrdiff_t)element_sizes[k];
        for (size_t i = ranks[k]; i-- > 0;) {
            const size_t d = rank - ranks[k] + i;
            const size_t extent = shapes[k][i];
            if (extent != shape[d] && extent != 1) return false;
            nest->stride[k][d] = extent == 1 ? 0 : stride;
            stride *= (ptrdiff_t)extent;
        }
    }
    return true;
}

/// Whether dimension `inner` continues dimension `outer` in every operand.
static bool joins(const arete_nest *nest, size_t outer, size_t inner) {
    for (size_t k = 0; k < nest->operands; k++) {
        if (nest->stride[k][outer] != nest->stride[k][inner] * (ptrdiff_t)nest->extent[inner]) return false;
    }
    return true;
}

static void move_dimension(arete_nest *nest, size_t from, size_t to) {
    nest->extent[to] = nest->extent[from];
    for (size_t k = 0; k < nest->operands; k++) nest->stride[k][to] = nest->stride[k][from];
}

void arete_nest_simplify(arete_nest *nest) {
    size_t kept = 0;
    for (size_t d = 0; d < nest->rank; d++) {
        if (nest->extent[d] == 1) continue;
        if (kept > 0 && joins(nest, kept - 1, d)) {
            const size_t outer = nest->extent[kept - 1];
            move_dimension(nest, d, kept - 1);
            nest->extent[kept - 1] *= outer;
        } else {
            move_dimension(nest, d, kept++);
        }
    }
    nest->rank = kept;
}

size_t arete_nest_count(const arete_nest *nest) {
    size_t count = 1;
    for (size_t d = 0; d < nest->rank; d++) count *= nest->extent[d];
    return count;
}
