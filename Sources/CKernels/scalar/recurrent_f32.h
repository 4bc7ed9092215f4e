// Matrix-vector products and activations of float recurrent layers.
#pragma once
#include "arete_quantized_recurrent.h"

/// A vector as a product needs it: itself, or quantized.
typedef struct {
    const float *values;
    const int8_t *quantized;
    float scale;
    int32_t zero_point;
} recurrent_vector;

/// Quantizes `n` values into `scratch` (n bytes) where the form asks for it.
recurrent_vector recurrent_prepare(arete_recurrent_form form, const float *values, size_t n, int8_t *scratch);

/// sums[r] += weights[r] . vector, rows of n weights; `scale` is that of int8 weights.
void recurrent_accumulate(const void *weights, float scale, const recurrent_vector *vector, size_t rows, size_t n,
                          float *sums);

/// Replaces `n` values by the function's.
void recurrent_activate(arete_recurrent_activation activation, float *values, size_t n);
