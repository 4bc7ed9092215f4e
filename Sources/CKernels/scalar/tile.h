// A tile of int16 rows times rows of weights: the matrix product under dense convolutions and fully connected layers.
#pragma once
#include "arete_requantize.h"
#include "dot.h"
#include "widen.h"

/// Rows of a tile. More rows spread the widening of the weights further, but leave the first-level cache.
enum { ARETE_TILE_ROWS = 16 };

/// Zero points of weights, per channel or one for all.
typedef struct {
    const int32_t *values;
    size_t step;
} arete_zero_points;

static inline int32_t arete_zero_point_of(arete_zero_points z, size_t channel) {
    return z.values ? z.values[channel * z.step] : 0;
}

/// Bytes of scratch: padded rows, two padded weight rows, and accumulators of `channels` columns.
static inline size_t arete_tile_scratch(size_t depth, size_t channels) {
    size_t padded = arete_dot_padded(depth);
    return (ARETE_TILE_ROWS + 2) * padded * sizeof(int16_t) + ARETE_TILE_ROWS * channels * sizeof(int64_t) + 64;
}

/// Pieces of the scratch.
typedef struct {
    size_t depth, padded, columns; // columns: accumulators of a row
    int64_t *wide;                 // [rows][columns], one of the two by the width of the accumulators
    int32_t *narrow;
    int16_t *rows;    // [ARETE_TILE_ROWS][padded]
    int16_t *weights; // [2][padded]
    // Zero point of rows that hold 16-bit activations as they are, less which they would not fit: what it adds is taken
    // off the sums.
    int32_t row_zero;
} arete_tile;

static inline arete_tile arete_tile_in(void *scratch, size_t depth, size_t columns) {
    size_t padded = arete_dot_padded(depth);
    int64_t *sums = scratch;
    int16_t *rows = (int16_t *)(sums + (ARETE_TILE_ROWS * columns + 1) / 2 * 2);
    arete_tile tile = {depth, padded, columns, sums, (int32_t *)sums, rows, rows + ARETE_TILE_ROWS * padded, 0};
    for (size_t r = 0; r < ARETE_TILE_ROWS + 2; r++) {
        for (size_t k = depth; k < padded; k++) {
            rows[r * padded + k] = 0;
        }
    }
    return tile;
}

/// A 16-bit by 8-bit product is below 2^22: sums of this many of them fit 32 bits.
enum { ARETE_WIDE_CHUNK = 256 };

/// Adds the products of `rows` rows (4 or 1) and the two widened rows of weights, depth `from` to `from` + n.
static inline void arete_tile_block(const arete_tile *tile, size_t row, size_t rows, size_t column, size_t from,
                                    size_t n, int wide) {
    uint32_t sums[8];
    const int16_t *x = tile->rows + row * tile->padded + from;
    if (rows == 1) {
        arete_dot_1x2(x, tile->weights + from, tile->padded, n, sums);
    } else {
        arete_dot_4x2(x, tile->padded, tile->weights + from, tile->padded, n, sums);
    }
    for (size_t i = 0; i < 2 * rows; i++) {
        size_t at = (row + i % rows) * tile->columns + column + i / rows;
        if (wide) {
            tile->wide[at] += (int32_t)sums[i];
        } else {
            tile->narrow[at] = (int32_t)((uint32_t)tile->narrow[at] + sums[i]);
        }
    }
}

/// Sets the accumulators of `channels` columns from `column` to their bias, or 0 without one.
static inline void arete_tile_start(const arete_tile *tile, const void *bias, size_t channel, size_t column,
                                    size_t channels, int wide) {
    for (size_t r = 0; r < ARETE_TILE_ROWS; r++) {
        for (size_t c = 0; c < channels; c++) {
            if (wide) {
                tile->wide[r * tile->columns + column + c] = bias ? ((const int64_t *)bias)[channel + c] : 0;
            } else {
                tile->narrow[r * tile->columns + column + c] = bias ? ((const int32_t *)bias)[channel + c] : 0;
            }
        }
    }
}

/// Takes off what the rows' zero point adds to the sums of the two columns from `column` on.
static inline void arete_tile_fold_zero(const arete_tile *tile, size_t column) {
    for (size_t i = 0; i < 2; i++) {
        int32_t sum = 0;
        for (size_t k = 0; k < tile->depth; k++) {
            sum += tile->weights[i * tile->padded + k];
        }
        for (size_t r = 0; r < ARETE_TILE_ROWS; r++) {
            int32_t *at = &tile->narrow[r * tile->columns + column + i];
            *at = (int32_t)((uint32_t)*at - (uint32_t)tile->row_zero * (uint32_t)sum);
        }
    }
}

/// Adds `count` rows (rounded up to 4) times `channels` rows of weights to the accumulators from `column` on.
/// The columns must have room for one more when `channels` is odd.
static inline void arete_tile_multiply(const arete_tile *tile, const arete_operand_types *types, const uint8_t *weights,
                                       arete_zero_points zero_points, size_t channel, size_t channels, size_t column,
                                       size_t count) {
    for (size_t c = 0; c < channels; c += 2) {
        for (size_t i = 0; i < 2; i++) {
            if (c + i < channels) {
                types->weights(weights + (c + i) * tile->depth, tile->depth,
                               arete_zero_point_of(zero_points, channel + c + i), tile->weights + i * tile->padded);
            } else {
                for (size_t k = 0; k < tile->depth; k++) {
                    tile->weights[i * tile->padded + k] = 0;
                }
            }
        }
        if (tile->row_zero != 0 && !types->wide) {
            arete_tile_fold_zero(tile, column + c);
        }
        const size_t chunk = types->wide ? ARETE_WIDE_CHUNK : tile->padded;
        for (size_t r = 0; r < count; r += 4) {
            for (size_t k = 0; k < tile->padded; k += chunk) {
                size_t n = tile->padded - k < chunk ? tile->padded - k : chunk;
                arete_tile_block(tile, r, r + 1 == count ? 1 : 4, column + c, k, n, types->wide);
            }
        }
    }
}

/// Requantizes `count` accumulators of one row.
static inline void arete_tile_store(const arete_tile *tile, size_t row, size_t count, size_t channel,
                                    const arete_requantization *q, int wide, void *output) {
    if (wide) {
        arete_requantize_row_s64(tile->wide + row * tile->columns, count, channel, q, output);
    } else {
        arete_requantize_row(tile->narrow + row * tile->columns, count, channel, q, output);
    }
}

/// Bytes of an element of a kernel's output.
static inline size_t arete_output_size(arete_element_type type) {
    return type == ARETE_INT32 ? 4 : type == ARETE_INT16 || type == ARETE_UINT16 ? 2 : 1;
}
