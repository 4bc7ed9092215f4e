// Quantized matrix products: fully connected layers and the products under batch matmul and recurrent cells.
#pragma once
#include "arete_requantize.h"
#include "arete_types.h"

/// output[r][n] = requantized(bias[n] + sum over k of (input[r][k] - input_zero_point) * (weights[n][k] - zero point)).
typedef struct {
    size_t rows, depth, channels;
    int32_t input_zero_point;          // 0 for 16-bit activations
    const int32_t *weight_zero_points; // NULL: all zero
    size_t weight_zero_point_step;     // 1: one per output channel; 0: one for all
    arete_requantization requantization;
} arete_fully_connected;

/// Computes channels `begin` to `end` of every row. Bias as in arete_conv.h; `scratch` has
/// arete_fully_connected_scratch bytes, 16-byte aligned.
typedef void (*arete_fully_connected_function)(const arete_fully_connected *layer, const void *input,
                                               const void *weights, const void *bias, void *output, size_t begin,
                                               size_t end, void *scratch);

/// One entry per pair of input and weight types, as in arete_conv.h; s16s16: int16 input and weights, 64-bit sums,
/// int64 bias, int16 output, not ARETE_ROUND_FLOAT.
struct arete_matmul_kernels {
    arete_fully_connected_function s8, u8, u8s8, s8u8, s16, s16_wide, s16s16;
};

/// Bytes of scratch of one call: O(depth).
size_t arete_fully_connected_scratch(const arete_fully_connected *layer);

/// Unpacks two's complement 4-bit elements, low half first, to int8; `count` elements.
void arete_unpack_s4(const uint8_t *restrict packed, size_t count, int8_t *restrict output);

/// Unpacks two's complement 2-bit elements, lowest bits first, to int8; `count` elements.
void arete_unpack_s2(const uint8_t *restrict packed, size_t count, int8_t *restrict output);
