// Products of few rows of bytes with rows of weights as they lie in memory: hybrid and fully connected layers, products
// of activations. With activations x and weights w as unsigned and signed bytes, zero points z and v, a sum is sum(x w)
// - z sum(w) - v sum(x) + depth z v, whose terms all come from byte dot products.
#pragma once
#include "../../scalar/tile.h"
#include "arete_matmul.h"

enum { PRODUCT_ROWS = sizeof(bytes) == 64 ? 4 : 2, PRODUCT_CHANNELS = 4, PRODUCT_BLOCK = 64 };

typedef struct {
    const arete_fully_connected *layer;
    bytes x_flip, w_flip, present; // present: the bytes of the last step that belong to the row
    uint8_t x_mask, w_mask;        // what makes activations unsigned and weights signed
    int32_t x_zero;                // zero point of the unsigned activations
} product_form;

/// Four sums of all lanes.
LANES_INLINE __m128i ints_totals(const ints x[4]) {
    const __m128i a = ints_folded(x[0]), b = ints_folded(x[1]), c = ints_folded(x[2]), d = ints_folded(x[3]);
    const __m128i ab = _mm_add_epi32(_mm_unpacklo_epi32(a, b), _mm_unpackhi_epi32(a, b));
    const __m128i cd = _mm_add_epi32(_mm_unpacklo_epi32(c, d), _mm_unpackhi_epi32(c, d));
    return _mm_add_epi32(_mm_unpacklo_epi64(ab, cd), _mm_unpackhi_epi64(ab, cd));
}

// One step of a row from byte `at` on; zeros behind its end.
LANES_INLINE bytes product_load(const uint8_t *row, size_t at, size_t depth, bytes flip, bytes present) {
    if (depth - at >= LANE_BYTES) return bytes_load(row + at) ^ flip;
    return (bytes_load_some(row + at, depth - at) ^ flip) & present;
}

/// Raw products of `rows` rows and `channels` channels, and the sums of the weights.
LANES_INLINE void product_tile(const product_form *f, const uint8_t *x, const uint8_t *w, size_t rows, size_t channels,
                               int32_t sums[PRODUCT_ROWS][PRODUCT_CHANNELS], int32_t weights[PRODUCT_CHANNELS]) {
    const size_t depth = f->layer->depth;
    const bytes ones = bytes_of(1);
    ints raw[PRODUCT_ROWS][PRODUCT_CHANNELS], total[PRODUCT_CHANNELS];
    for (size_t c = 0; c < PRODUCT_CHANNELS; c++) {
        total[c] = ints_of(0);
        for (size_t r = 0; r < PRODUCT_ROWS; r++) raw[r][c] = ints_of(0);
    }
    for (size_t k = 0; k < depth; k += LANE_BYTES) {
        bytes b[PRODUCT_CHANNELS];
        for (size_t c = 0; c < channels; c++) {
            b[c] = product_load(w + c * depth, k, depth, f->w_flip, f->present);
            total[c] = bytes_dot(total[c], ones, b[c]);
        }
        for (size_t r = 0; r < rows; r++) {
            const bytes a = product_load(x + r * depth, k, depth, f->x_flip, f->present);
            for (size_t c = 0; c < channels; c++) raw[r][c] = bytes_dot(raw[r][c], a, b[c]);
        }
    }
    for (size_t r = 0; r < rows; r++) _mm_storeu_si128((__m128i *)sums[r], ints_totals(raw[r]));
    _mm_storeu_si128((__m128i *)weights, ints_totals(total));
}

static void product_tile_full(const product_form *f, const uint8_t *x, const uint8_t *w,
                              int32_t sums[PRODUCT_ROWS][PRODUCT_CHANNELS], int32_t weights[PRODUCT_CHANNELS]) {
    product_tile(f, x, w, PRODUCT_ROWS, PRODUCT_CHANNELS, sums, weights);
}

static void product_tile_row(const product_form *f, const uint8_t *x, const uint8_t *w,
                             int32_t sums[PRODUCT_ROWS][PRODUCT_CHANNELS], int32_t weights[PRODUCT_CHANNELS]) {
    product_tile(f, x, w, 1, PRODUCT_CHANNELS, sums, weights);
}

static void product_tile_column(const product_form *f, const uint8_t *x, const uint8_t *w,
                                int32_t sums[PRODUCT_ROWS][PRODUCT_CHANNELS], int32_t weights[PRODUCT_CHANNELS]) {
    product_tile(f, x, w, 1, 1, sums, weights);
}

static uint32_t product_row_sum(const product_form *f, const uint8_t *x) {
    const size_t depth = f->layer->depth;
    ints sum[4] = {ints_of(0), ints_of(0), ints_of(0), ints_of(0)};
    for (size_t k = 0; k < depth; k += LANE_BYTES) {
        sum[0] = bytes_dot(sum[0], product_load(x, k, depth, f->x_flip, f->present), bytes_of(1));
    }
    return (uint32_t)_mm_cvtsi128_si32(ints_totals(sum));
}

/// The zero point of a channel's weights made signed.
LANES_INLINE uint32_t product_weight_zero(const product_form *f, size_t channel) {
    const arete_fully_connected *layer = f->layer;
    const int32_t stored =
        layer->weight_zero_points ? layer->weight_zero_points[layer->weight_zero_point_step ? channel : 0] : 0;
    return (uint32_t)(stored - f->w_mask);
}

/// What the sum of a channel begins with whose weights have the sum `weights`.
LANES_INLINE uint32_t product_base(const product_form *f, const int32_t *bias, size_t channel, int32_t weights) {
    const uint32_t z = (uint32_t)f->x_zero, v = product_weight_zero(f, channel);
    return (bias ? (uint32_t)bias[channel] : 0) - z * (uint32_t)weights + (uint32_t)f->layer->depth * z * v;
}

/// Whether sums of rows are wanted, because weights have zero points.
static inline bool product_needs_sums(const product_form *f) {
    return f->layer->weight_zero_points != NULL || f->w_mask != 0;
}

// Finishes the sums of a row: `raw` of channels from `channel` on.
LANES_INLINE void product_finish(const product_form *f, const int32_t *raw, const int32_t *weights, uint32_t row_sum,
                                 const int32_t *bias, size_t channel, size_t channels, int32_t *sums) {
    for (size_t c = 0; c < channels; c++) {
        const uint32_t base = product_base(f, bias, channel + c, weights[c]);
        sums[c] = (int32_t)(base + (uint32_t)raw[c] - product_weight_zero(f, channel + c) * row_sum);
    }
}

// Channels `first` on, `count` of them, of `rows` rows.
static void product_block(const product_form *f, const uint8_t *x, const uint8_t *w, const int32_t *bias, size_t first,
                          size_t count, size_t rows, int32_t sums[PRODUCT_ROWS][PRODUCT_BLOCK]) {
    const size_t depth = f->layer->depth;
    uint32_t row_sums[PRODUCT_ROWS] = {0};
    for (size_t r = 0; product_needs_sums(f) && r < rows; r++) row_sums[r] = product_row_sum(f, x + r * depth);
    for (size_t c = 0, step; c < count; c += step) {
        step = count - c < PRODUCT_CHANNELS ? 1 : PRODUCT_CHANNELS;
        for (size_t r = 0, turn; r < rows; r += turn) {
            int32_t raw[PRODUCT_ROWS][PRODUCT_CHANNELS], weights[PRODUCT_CHANNELS];
            turn = step == PRODUCT_CHANNELS && rows - r == PRODUCT_ROWS ? PRODUCT_ROWS : 1;
            (turn > 1   ? product_tile_full
             : step > 1 ? product_tile_row
                        : product_tile_column)(f, x + r * depth, w + (first + c) * depth, raw, weights);
            for (size_t i = 0; i < turn; i++) {
                product_finish(f, raw[i], weights, row_sums[r + i], bias, first + c, step, sums[r + i] + c);
            }
        }
    }
}

LANES_INLINE product_form product_form_of(const arete_fully_connected *layer, uint8_t x_mask, uint8_t w_mask) {
    uint8_t present[LANE_BYTES];
    const size_t last = layer->depth % LANE_BYTES;
    for (size_t i = 0; i < LANE_BYTES; i++) present[i] = i < last ? 255 : 0;
    return (product_form){.layer = layer,
                          .x_flip = bytes_of(x_mask),
                          .w_flip = bytes_of(w_mask),
                          .present = bytes_load(present),
                          .x_mask = x_mask,
                          .w_mask = w_mask,
                          .x_zero = layer->input_zero_point + x_mask};
}

typedef void (*product_requantize)(const int32_t *restrict sums, size_t count, size_t channel,
                                   const arete_requantization *restrict requantization, void *restrict output);

static void product_run(const product_form *f, const uint8_t *x, const uint8_t *w, const int32_t *bias, uint8_t *output,
                        size_t begin, size_t end, product_requantize requantize) {
    const arete_fully_connected *layer = f->layer;
    const size_t depth = layer->depth, size = arete_output_size(layer->requantization.output);
    for (size_t c = begin; c < end; c += PRODUCT_BLOCK) {
        const size_t count = end - c < PRODUCT_BLOCK ? end - c : PRODUCT_BLOCK;
        for (size_t row = 0; row < layer->rows; row += PRODUCT_ROWS) {
            int32_t sums[PRODUCT_ROWS][PRODUCT_BLOCK];
            const size_t rows = layer->rows - row < PRODUCT_ROWS ? layer->rows - row : PRODUCT_ROWS;
            product_block(f, x + row * depth, w, bias, c, count, rows, sums);
            for (size_t r = 0; r < rows; r++) {
                requantize(sums[r], count, c, &layer->requantization,
                           output + ((row + r) * layer->channels + c) * size);
            }
        }
    }
}
