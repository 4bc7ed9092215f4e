// Products of pairs of 16-bit numbers: what makes dense.h a convolution of 16-bit activations. Included once for each
// instruction set, inside its target region.
#include "lanes/words.h"

#define DENSE_FINISHES 1
#define DENSE_STORES_SUMS 1
#define DENSE_HAS_EXCESS 0
#define DENSE_WORDS 1
#define DENSE_GOES_ON 0
#define DENSE_TAIL 0
#define DENSE_TOGETHER(VECTORS) 12
#define DENSE_HAS_HALVES 0
#if defined(LANES_512)
// 24 accumulators, the weights and one activation fit 32 registers.
#define PANEL_VECTORS 4
#define ROWS(VECTORS) ((VECTORS) == 4 ? 6 : (VECTORS) == 3 ? 8 : 12)
#define DENSE_TILES TILES_12(1) TILES_12(2) TILES_8(3) TILES_6(4)
#else
// 12 accumulators, the weights, one activation and one product fit 16 registers.
#define PANEL_VECTORS 2
#define ROWS(VECTORS) ((VECTORS) == 2 ? 6 : 12)
#define DENSE_TILES TILES_12(1) TILES_6(2)
#endif

typedef ints vec;
typedef ints activation_vec;
typedef ints weight_vec;

static inline bool takes_types(const arete_packed_conv *layer) {
    return layer->input == ARETE_INT16 && layer->weights == ARETE_INT8;
}

static inline bool finishes_in_registers(const arete_packed_conv *layer) { return words_finish(layer); }

static inline vec load_bias(const int32_t *bias) { return ints_load(bias); }
static inline void store_sums(int32_t *target, vec sum) { ints_store(target, sum); }
static inline weight_vec load_weights(const int8_t *weights) { return (ints)bytes_load(weights); }

static inline activation_vec broadcast(const uint8_t *activations) {
    int32_t pair;
    memcpy(&pair, activations, sizeof pair);
    return ints_of(pair);
}

static inline vec dot(vec sum, activation_vec a, weight_vec b) { return words_dot_added(sum, a, b); }

// Stores `count` results of each row, `stride` bytes apart, two vectors at a time.
LANES_INLINE void word_rows(vec sums[12][4], size_t rows, size_t vectors, const int32_t *scales, const int32_t *offsets,
                            const finish_vectors *f, int is_fixed, size_t count, uint8_t *output, size_t stride) {
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v += 2) {
        const int is_pair = v + 1 < vectors;
        const word_scales front = word_scales_at(scales + v * LANES, offsets + v * LANES, is_fixed);
        const word_scales back =
            is_pair ? word_scales_at(scales + (v + 1) * LANES, offsets + (v + 1) * LANES, is_fixed) : front;
        const size_t left = (count - v * LANES) * sizeof(int16_t);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) {
            const ints first = word_results(sums[r][v], &front, f, is_fixed);
            const ints second = is_pair ? word_results(sums[r][v + 1], &back, f, is_fixed) : first;
            const bytes words = words_maximum(words_minimum(ints_as_words(first, second, 1), f->greatest), f->least);
            uint8_t *to = output + r * stride + v * LANES * sizeof(int16_t);
            if (left >= LANE_BYTES) {
                bytes_store(to, words);
            } else if (left == LANE_BYTES / 2) {
                bytes_store_half(to, words);
            } else {
                bytes_store_some(to, words, left);
            }
        }
    }
}

// Offsets follow the scales.
LANES_INLINE void finish_rows(vec sums[12][4], size_t rows, size_t vectors, const float *scale, const finish_vectors *f,
                              size_t count, uint8_t *output, size_t stride) {
    const int32_t *scales = (const int32_t *)(const void *)scale, *offsets = scales + vectors * LANES;
    if (f->is_fixed) {
        word_rows(sums, rows, vectors, scales, offsets, f, 1, count, output, stride);
    } else {
        word_rows(sums, rows, vectors, scales, offsets, f, 0, count, output, stride);
    }
}

/// Sums that are not finished in registers.
static inline void requantize_sums(const arete_packed_conv *layer, const word_sums *s) {
    requantize_each(layer, s, WORDS_REQUANTIZE_ROW);
}
