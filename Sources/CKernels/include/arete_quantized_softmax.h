// Softmax, log-softmax and L2 normalization of rows of quantized values.
#pragma once
#include "arete_quantized.h"
#include "arete_types.h"

/// Constants of one softmax. Holds no pointers, so it may be copied.
typedef struct {
    arete_arithmetic arithmetic;
    arete_element_type input_type, output_type;
    int32_t multiplier, shift; // of differences to the row's maximum
    int32_t least_difference;  // smaller ones count nothing
    int32_t back_multiplier, back_shift;
    float input_scale;
    arete_affine output;
    union {
        float exponentials[256]; // ARETE_FAST, 8 bits: by how far a value lies below 255 steps under the maximum
        int32_t fixed[256];      // the same in fixed point; 0 where it does not count
        struct {
            int16_t exponential[513], reciprocal[513]; // 16 bits
        } words;
    } tables;
} arete_quantized_softmax;

/// Softmax of `beta` times the real values. Input and output INT8 or UINT8, or INT16 and INT16; 8-bit inputs may have
/// an INT16 output. The output's quantization counts in ARETE_FAST only: otherwise it is 2^-8 from the type's least
/// value, 2^-16 for INT16 from 8 bits, 2^-15 from 16 bits. False when there is no such form.
ARETE_AT_LOAD bool arete_quantized_softmax_prepare(arete_quantized_softmax *softmax, arete_arithmetic arithmetic,
                                                   arete_element_type input_type, float input_scale, float beta,
                                                   arete_element_type output_type, arete_affine output);

/// `rows` dense rows of `depth` values.
void arete_quantized_softmax_rows(const arete_quantized_softmax *softmax, const void *input, size_t rows, size_t depth,
                                  void *output);

/// Log-softmax of INT8 or UINT8 with outputs of scale 1/16 and the type's greatest value for 0.
ARETE_AT_LOAD bool arete_quantized_log_softmax_prepare(arete_quantized_softmax *softmax, arete_arithmetic arithmetic,
                                                       arete_element_type type, float input_scale);
void arete_quantized_log_softmax_rows(const arete_quantized_softmax *softmax, const void *input, size_t rows,
                                      size_t depth, void *output);

/// Rows divided by their length; outputs of scale 1/128 and zero point 0 (INT8) or 128 (UINT8). Exact arithmetic.
void arete_s8_l2_normalize(int32_t input_zero_point, const int8_t *input, size_t rows, size_t depth, int8_t *output);
void arete_u8_l2_normalize(int32_t input_zero_point, const uint8_t *input, size_t rows, size_t depth, uint8_t *output);
