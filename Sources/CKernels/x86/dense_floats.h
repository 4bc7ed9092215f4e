// Vectors of floats of a dense convolution. To be included inside the target region, after a header of lanes/.
#pragma once
#include "arete_packed_conv.h"

#define DENSE_FINISHES 1
#define DENSE_STORES_SUMS 0
#define DENSE_HAS_EXCESS 0
#define DENSE_GOES_ON 4
#define DENSE_TAIL 0
#define DENSE_TOGETHER(VECTORS) 12

typedef floats vec;
typedef floats activation_vec;
typedef floats weight_vec;

#if defined(LANES_512)
// 24 accumulators, the weights and one activation fit 32 registers.
#define PANEL_VECTORS 4
#define ROWS(VECTORS) ((VECTORS) == 4 ? 6 : (VECTORS) == 3 ? 8 : 12)
#define DENSE_TILES TILES_12(1) TILES_12(2) TILES_8(3) TILES_6(4)
#define DENSE_HAS_HALVES 1
#else
// 12 accumulators, the weights and one activation fit 16 registers.
#define PANEL_VECTORS 2
#define ROWS(VECTORS) ((VECTORS) == 2 ? 6 : 12)
#define DENSE_TILES TILES_12(1) TILES_6(2)
#define DENSE_HAS_HALVES 0
#endif

static inline bool takes_types(const arete_packed_conv *layer) {
    return layer->input == ARETE_FLOAT32 && layer->weights == ARETE_FLOAT32;
}

LANES_INLINE vec load_bias(const int32_t *bias) { return floats_load((const float *)bias); }
LANES_INLINE weight_vec load_weights(const int8_t *weights) { return floats_load((const float *)weights); }

LANES_INLINE activation_vec broadcast(const uint8_t *activations) {
    float value;
    memcpy(&value, activations, sizeof value);
    return floats_of(value);
}

LANES_INLINE vec dot(vec sum, activation_vec a, weight_vec b) { return floats_fused(a, b, sum); }

#if DENSE_HAS_HALVES
// The same of the first half of the channels.
LANES_INLINE vec dot_half(vec sum, activation_vec a, const int8_t *weights) {
    return floats_fused_half(a, (const float *)weights, sum);
}
#endif

typedef struct {
    float low, high;
} finish_values;

typedef struct {
    floats low, high;
} finish_vectors;

static inline finish_values finish_of(const arete_packed_conv *layer) {
    return (finish_values){layer->low, layer->high};
}

LANES_INLINE finish_vectors load_finish(const finish_values *f) {
    return (finish_vectors){floats_of(f->low), floats_of(f->high)};
}

// Stores `count` clamped results of each row, `stride` bytes apart; a NaN stays one.
LANES_INLINE void finish_rows(vec sums[][4], size_t rows, size_t vectors, const float *scale, const finish_vectors *f,
                              size_t count, uint8_t *output, size_t stride) {
    (void)scale;
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++, output += stride) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) {
            const floats clamped = floats_maximum(f->low, floats_minimum(f->high, sums[r][v]));
            float *target = (float *)(void *)output + v * LANES;
            if (count >= LANES * (v + 1)) {
                floats_store(target, clamped);
            } else if (count > LANES * v) {
                floats_store_some(target, clamped, count - LANES * v);
            }
        }
    }
}
