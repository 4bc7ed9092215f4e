// Matrix-vector products and activations of float recurrent layers: the portable expressions, which a file may include
// in an instruction set's region. It defines `recurrent_dots` and `recurrent_float_dots`, products of some rows of
// weights with a vector, before.
#pragma once
#include "arete_dynamic.h"
#include "arete_quantized_recurrent.h"
#include "vector_math.h"

#include <string.h>

/// A vector as a product needs it: itself, or quantized.
typedef struct {
    const float *values;
    const int8_t *quantized;
    float scale;
    int32_t zero_point;
} recurrent_vector;

/// Quantizes `n` values into `scratch` (n bytes) where the form asks for it.
static recurrent_vector recurrent_prepare(arete_recurrent_form form, const float *values, size_t n, int8_t *scratch) {
    recurrent_vector vector = {.values = values, .scale = 1};
    if (form == ARETE_RECURRENT_FLOAT) {
        return vector;
    }
    const arete_dynamic_form quantization =
        form == ARETE_RECURRENT_HYBRID ? ARETE_DYNAMIC_SYMMETRIC : ARETE_DYNAMIC_ASYMMETRIC;
    float low = 0, high = 0;
    arete_f32_range(values, n, &low, &high);
    const arete_dynamic_scale scale = arete_dynamic_scale_of(quantization, low, high);
    arete_dynamic_quantize(quantization, scale, low, high, values, n, scratch);
    vector.quantized = scratch;
    vector.scale = scale.scale;
    vector.zero_point = scale.zero_point;
    return vector;
}

/// sums[r] += weights[r] . vector, rows of n weights; `scale` is that of int8 weights.
static void recurrent_accumulate(const void *weights, float scale, const recurrent_vector *vector, size_t rows,
                                 size_t n, float *sums) {
    const float factor = vector->scale * scale;
    for (size_t r = 0; r < rows; r += RECURRENT_ROWS) {
        const size_t count = rows - r < RECURRENT_ROWS ? rows - r : RECURRENT_ROWS;
        float products[RECURRENT_ROWS];
        if (vector->quantized) {
            int32_t integers[RECURRENT_ROWS];
            recurrent_dots((const int8_t *)weights + r * n, vector->quantized, vector->zero_point, n, count, integers);
            for (size_t i = 0; i < count; i++) products[i] = (float)integers[i] * factor;
        } else {
            recurrent_float_dots((const float *)weights + r * n, vector->values, n, count, products);
        }
        for (size_t i = 0; i < count; i++) sums[r + i] += products[i];
    }
}

/// Values of a block, whose loops the compiler knows the length of.
enum { RECURRENT_BLOCK = 16 };

/// `n` and what is missing to whole blocks.
static inline size_t recurrent_padded(size_t n) {
    return (n + RECURRENT_BLOCK - 1) / RECURRENT_BLOCK * RECURRENT_BLOCK;
}

#define RECURRENT_REPLACE(VALUE)                                                                                       \
    for (; i + RECURRENT_BLOCK <= n; i += RECURRENT_BLOCK) {                                                           \
        for (size_t l = i; l < i + RECURRENT_BLOCK; l++) {                                                             \
            const float v = values[l];                                                                                 \
            values[l] = VALUE;                                                                                         \
        }                                                                                                              \
    }                                                                                                                  \
    for (; i < n; i++) {                                                                                               \
        const float v = values[i];                                                                                     \
        values[i] = VALUE;                                                                                             \
    }

/// Replaces `n` values by the function's, best whole blocks.
static void recurrent_activate(arete_recurrent_activation activation, float *values, size_t n) {
    size_t i = 0;
    switch (activation) {
    case ARETE_RECURRENT_RELU:
        RECURRENT_REPLACE(v > 0 ? v : 0)
        break;
    case ARETE_RECURRENT_RELU_N1:
        RECURRENT_REPLACE(v > -1 ? v < 1 ? v : 1 : -1)
        break;
    case ARETE_RECURRENT_RELU6:
        RECURRENT_REPLACE(v > 0 ? v < 6 ? v : 6 : 0)
        break;
    case ARETE_RECURRENT_TANH:
        RECURRENT_REPLACE(arete_tanh_f32(v))
        break;
    case ARETE_RECURRENT_LOGISTIC:
        RECURRENT_REPLACE(1.0f / (1.0f + arete_exp_f32(-v)))
        break;
    default:
        break;
    }
}
