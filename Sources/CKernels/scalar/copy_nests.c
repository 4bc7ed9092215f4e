// Builds the nests of transposes, slices, tiles and block rearrangements.
#include "arete_copy.h"

/// Byte strides of a dense tensor.
static void dense_strides(size_t rank, const size_t *shape, size_t element_size, ptrdiff_t *strides) {
    ptrdiff_t stride = (ptrdiff_t)element_size;
    for (size_t d = rank; d-- > 0;) {
        strides[d] = stride;
        stride *= (ptrdiff_t)shape[d];
    }
}

/// Puts the dimension whose elements follow each other in the source next to the innermost one, where they do so in the
/// target: the copy goes by tiles then. The order of the points does not matter.
static void bring_tiles_inside(arete_nest *nest, size_t element_size) {
    const ptrdiff_t size = (ptrdiff_t)element_size;
    if (nest->rank < 3 || nest->stride[0][nest->rank - 1] != size) return;
    for (size_t d = 0; d + 2 < nest->rank; d++) {
        if (nest->stride[1][d] != size) continue;
        const size_t extent = nest->extent[d];
        const ptrdiff_t y_stride = nest->stride[0][d];
        for (size_t next = d; next + 2 < nest->rank; next++) {
            nest->extent[next] = nest->extent[next + 1];
            for (size_t k = 0; k < nest->operands; k++) nest->stride[k][next] = nest->stride[k][next + 1];
        }
        nest->extent[nest->rank - 2] = extent;
        nest->stride[0][nest->rank - 2] = y_stride;
        nest->stride[1][nest->rank - 2] = size;
        return;
    }
}

bool arete_nest_transpose(arete_nest *nest, size_t rank, const size_t *shape, const size_t *permutation,
                          size_t element_size) {
    if (rank > ARETE_NEST_RANK) return false;
    ptrdiff_t x_strides[ARETE_NEST_RANK], y_strides[ARETE_NEST_RANK];
    size_t y_shape[ARETE_NEST_RANK];
    for (size_t d = 0; d < rank; d++) {
        if (permutation[d] >= rank) return false;
        y_shape[d] = shape[permutation[d]];
    }
    dense_strides(rank, shape, element_size, x_strides);
    dense_strides(rank, y_shape, element_size, y_strides);
    arete_nest_begin(nest, 2);
    for (size_t d = 0; d < rank; d++) {
        arete_nest_append(nest, y_shape[d], (const ptrdiff_t[]){y_strides[d], x_strides[permutation[d]]});
    }
    arete_nest_simplify(nest);
    bring_tiles_inside(nest, element_size);
    return true;
}

bool arete_nest_slice(arete_nest *nest, size_t rank, const size_t *shape, const size_t *start, const ptrdiff_t *step,
                      const size_t *y_shape, size_t element_size, size_t *x_offset) {
    if (rank > ARETE_NEST_RANK) return false;
    ptrdiff_t x_strides[ARETE_NEST_RANK], y_strides[ARETE_NEST_RANK];
    dense_strides(rank, shape, element_size, x_strides);
    dense_strides(rank, y_shape, element_size, y_strides);
    arete_nest_begin(nest, 2);
    *x_offset = 0;
    bool empty = false;
    for (size_t d = 0; d < rank; d++) empty |= y_shape[d] == 0;
    for (size_t d = 0; d < rank; d++) {
        ptrdiff_t last;
        if (!empty) {
            if (start[d] >= shape[d]) return false;
            if (__builtin_mul_overflow((ptrdiff_t)(y_shape[d] - 1), step[d], &last)) return false;
            if (__builtin_add_overflow(last, (ptrdiff_t)start[d], &last)) return false;
            if (last < 0 || last >= (ptrdiff_t)shape[d]) return false;
            *x_offset += start[d] * (size_t)x_strides[d];
        }
        const ptrdiff_t stride = y_shape[d] > 1 && !empty ? step[d] * x_strides[d] : 0;
        arete_nest_append(nest, y_shape[d], (const ptrdiff_t[]){y_strides[d], stride});
    }
    arete_nest_simplify(nest);
    return true;
}

bool arete_nest_tile(arete_nest *nest, size_t rank, const size_t *shape, const size_t *repeats, size_t element_size) {
    if (rank > ARETE_NEST_RANK) return false;
    ptrdiff_t x_strides[ARETE_NEST_RANK], y_strides[ARETE_NEST_RANK];
    size_t y_shape[ARETE_NEST_RANK];
    for (size_t d = 0; d < rank; d++) y_shape[d] = shape[d] * repeats[d];
    dense_strides(rank, shape, element_size, x_strides);
    dense_strides(rank, y_shape, element_size, y_strides);
    arete_nest_begin(nest, 2);
    bool fits = true;
    for (size_t d = 0; d < rank; d++) {
        if (repeats[d] != 1) {
            const ptrdiff_t strides[] = {y_strides[d] * (ptrdiff_t)shape[d], 0};
            fits &= arete_nest_append(nest, repeats[d], strides);
        }
        if (shape[d] != 1) fits &= arete_nest_append(nest, shape[d], (const ptrdiff_t[]){y_strides[d], x_strides[d]});
    }
    arete_nest_simplify(nest);
    return fits;
}

/// Strides of the six dimensions batch, row, column, block row, block column, channel.
typedef struct {
    ptrdiff_t batch, row, column, block_row, block_column, channel;
} block_strides;

/// In the deep tensor: `rows` by `columns` positions, `channels` per place in the block.
static block_strides deep_strides(size_t rows, size_t columns, size_t channels, size_t block, arete_block_order order,
                                  size_t element_size) {
    const ptrdiff_t size = (ptrdiff_t)element_size, depth = (ptrdiff_t)(channels * block * block);
    const ptrdiff_t area = (ptrdiff_t)(rows * columns), wide = (ptrdiff_t)columns, side = (ptrdiff_t)block;
    const ptrdiff_t batch = depth * area * size;
    switch (order) {
    case ARETE_BLOCK_NHWC:
        return (block_strides){
            batch, wide * depth * size, depth * size, side * (ptrdiff_t)channels * size, (ptrdiff_t)channels * size,
            size};
    case ARETE_BLOCK_CRD:
        return (block_strides){batch, wide * size, size, side * area * size, area * size, side * side * area * size};
    case ARETE_BLOCK_DCR:
        break;
    }
    return (block_strides){
        batch,      wide * size, size, side * (ptrdiff_t)channels * area * size, (ptrdiff_t)channels * area * size,
        area * size};
}

/// In the wide tensor: rows * block by columns * block positions of `channels`.
static block_strides wide_strides(size_t rows, size_t columns, size_t channels, size_t block, arete_block_order order,
                                  size_t element_size) {
    const ptrdiff_t size = (ptrdiff_t)element_size, side = (ptrdiff_t)block, wide = (ptrdiff_t)(columns * block);
    const ptrdiff_t area = (ptrdiff_t)(rows * block) * wide, batch = area * (ptrdiff_t)channels * size;
    const ptrdiff_t step = order == ARETE_BLOCK_NHWC ? (ptrdiff_t)channels * size : size;
    return (block_strides){
        batch, side * wide * step, side * step, wide * step, step, order == ARETE_BLOCK_NHWC ? size : area * size};
}

bool arete_nest_depth_to_space(arete_nest *nest, size_t batch, size_t height, size_t width, size_t channels,
                               size_t block, arete_block_order order, size_t element_size) {
    if (block == 0 || channels % (block * block) != 0) return false;
    const size_t narrow = channels / (block * block);
    const block_strides y = wide_strides(height, width, narrow, block, order, element_size);
    const block_strides x = deep_strides(height, width, narrow, block, order, element_size);
    arete_nest_begin(nest, 2);
    arete_nest_append(nest, batch, (const ptrdiff_t[]){y.batch, x.batch});
    if (order != ARETE_BLOCK_NHWC) arete_nest_append(nest, narrow, (const ptrdiff_t[]){y.channel, x.channel});
    arete_nest_append(nest, height, (const ptrdiff_t[]){y.row, x.row});
    arete_nest_append(nest, block, (const ptrdiff_t[]){y.block_row, x.block_row});
    arete_nest_append(nest, width, (const ptrdiff_t[]){y.column, x.column});
    arete_nest_append(nest, block, (const ptrdiff_t[]){y.block_column, x.block_column});
    if (order == ARETE_BLOCK_NHWC) arete_nest_append(nest, narrow, (const ptrdiff_t[]){y.channel, x.channel});
    arete_nest_simplify(nest);
    return true;
}

bool arete_nest_space_to_depth(arete_nest *nest, size_t batch, size_t height, size_t width, size_t channels,
                               size_t block, arete_block_order order, size_t element_size) {
    if (block == 0 || height % block != 0 || width % block != 0) return false;
    const size_t rows = height / block, columns = width / block;
    const block_strides y = deep_strides(rows, columns, channels, block, order, element_size);
    const block_strides x = wide_strides(rows, columns, channels, block, order, element_size);
    arete_nest_begin(nest, 2);
    arete_nest_append(nest, batch, (const ptrdiff_t[]){y.batch, x.batch});
    if (order == ARETE_BLOCK_NHWC) {
        arete_nest_append(nest, rows, (const ptrdiff_t[]){y.row, x.row});
        arete_nest_append(nest, columns, (const ptrdiff_t[]){y.column, x.column});
    }
    if (order == ARETE_BLOCK_CRD) arete_nest_append(nest, channels, (const ptrdiff_t[]){y.channel, x.channel});
    arete_nest_append(nest, block, (const ptrdiff_t[]){y.block_row, x.block_row});
    arete_nest_append(nest, block, (const ptrdiff_t[]){y.block_column, x.block_column});
    if (order != ARETE_BLOCK_CRD) arete_nest_append(nest, channels, (const ptrdiff_t[]){y.channel, x.channel});
    if (order != ARETE_BLOCK_NHWC) {
        arete_nest_append(nest, rows, (const ptrdiff_t[]){y.row, x.row});
        arete_nest_append(nest, columns, (const ptrdiff_t[]){y.column, x.column});
    }
    arete_nest_simplify(nest);
    return true;
}
