// Elementwise functions of two quantized operands: sum, difference, product, quotient, squared difference, PReLU.
#pragma once
#include "arete_pair.h"
#include "arete_quantized.h"
#include "arete_requantize.h"
#include "arete_types.h"

typedef enum {
    ARETE_QUANTIZED_ADD = 0,
    ARETE_QUANTIZED_SUB = 1,
    ARETE_QUANTIZED_MUL = 2,
    ARETE_QUANTIZED_SQUARED_DIFFERENCE = 3,
    ARETE_QUANTIZED_DIV = 4,   // exact arithmetic only; x / 0 is as x / 1 step
    ARETE_QUANTIZED_PRELU = 5, // exact arithmetic only; the second operand is the slope, int8 also for INT16
} arete_quantized_binary_operation;

/// Everything that rows need, filled by arete_quantized_binary_prepare. Holds no pointers, so it may be copied.
typedef struct {
    arete_quantized_binary_operation operation;
    arete_element_type type;
    arete_rounding rounding;
    int32_t a_zero_point, b_zero_point, zero_point;
    int32_t minimum, maximum;
    int32_t left_shift;
    int32_t a_multiplier, a_shift, b_multiplier, b_shift;
    int32_t multiplier, shift;
    bool shift_only;   // the sum is scaled already: shift right, no product
    bool power_of_two; // 16-bit sums of scales that are powers of two
    int32_t bias;
    float scale;
    int32_t a_table[256], b_table[256]; // operands of 8 bits scaled, by their bytes
} arete_quantized_binary;

/// Whether XNNPACK's arithmetic covers the scales, so that ARETE_FAST may be asked for: sums and differences with
/// input / output scales in 2^-10 ..< 2^8, products with a b / output in 2^-16 ..< 2^8; 8-bit types only.
ARETE_AT_LOAD bool arete_fast_binary_covers(arete_quantized_binary_operation operation, arete_element_type type,
                                            arete_affine a, arete_affine b, arete_affine output);

/// Fills `binary` for operands and result of one type (INT8, UINT8, INT16). `low` and `high` are the fused activation,
/// infinite without one. `powers_of_two`: 16-bit operands whose model asks for power-of-two scales.
/// False when the combination has no such arithmetic.
ARETE_AT_LOAD bool arete_quantized_binary_prepare(arete_quantized_binary *binary,
                                                  arete_quantized_binary_operation operation,
                                                  arete_arithmetic arithmetic, arete_element_type type, arete_affine a,
                                                  arete_affine b, arete_affine output, float low, float high,
                                                  bool powers_of_two);

/// Computes rows of results; `binary` is an arete_quantized_binary.
void arete_quantized_binary_rows(const void *binary, const arete_pair_rows *rows);
