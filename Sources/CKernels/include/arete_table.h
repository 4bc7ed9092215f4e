// Quantized functions of one operand as tables: 256 entries for 8-bit operands, 513 with interpolation for 16-bit ones.
#pragma once
#include "arete_quantized.h"
#include "arete_types.h"

typedef enum {
    ARETE_TABLE_RESCALE = 0, // from one quantization to another
    ARETE_TABLE_RELU = 1,
    ARETE_TABLE_RELU6 = 2,
    ARETE_TABLE_RELU_N1 = 3,    // -1 ... 1
    ARETE_TABLE_RELU_01 = 4,    // 0 ... 1
    ARETE_TABLE_LEAKY_RELU = 5, // slope alpha below 0
    ARETE_TABLE_HARD_SWISH = 6,
    ARETE_TABLE_LOGISTIC = 7,
    ARETE_TABLE_TANH = 8,
    ARETE_TABLE_ELU = 9,
    ARETE_TABLE_EXP = 10,
    ARETE_TABLE_LOG = 11,
    ARETE_TABLE_SQRT = 12,
    ARETE_TABLE_RSQRT = 13,
    ARETE_TABLE_ABS = 14,
    ARETE_TABLE_GELU = 15,
    ARETE_TABLE_GELU_TANH = 16,   // with the tanh approximation
    ARETE_TABLE_CONCATENATE = 17, // rescaling of UINT8 operands of a concatenation, in single precision
} arete_table_function;

typedef struct {
    arete_table_function function;
    arete_arithmetic arithmetic;
    arete_element_type input_type, output_type;
    arete_affine input, output;
    float alpha;
} arete_table_form;

/// Whether ARETE_FAST has an arithmetic of its own for the function: rescaling between 8-bit types, leaky ReLU within
/// its limits, logistic and tanh of 8-bit types, ELU of int8. Everything else is computed as ARETE_EXACT in both.
ARETE_AT_LOAD bool arete_fast_table_covers(const arete_table_form *form);

/// Entry i is the result for the operand whose byte is i, itself a byte. 8-bit types only. False when the function has
/// no such arithmetic, or the scales do not suit it.
bool arete_table_fill(const arete_table_form *form, uint8_t table[256]);

/// output[i] = table[input[i]] for rows of `count` bytes, whose starts are the pitches apart; `output` may be `input`.
void arete_table_apply(const uint8_t table[256], const uint8_t *input, size_t input_pitch, uint8_t *output,
                       size_t output_pitch, size_t rows, size_t count);

/// output[i] = table[input[i]].
void arete_float_table_apply(const float table[256], const uint8_t *restrict input, size_t count,
                             float *restrict output);

/// Table of a 16-bit function: EXP, LOG, RSQRT, GELU, GELU_TANH. False for any other.
bool arete_table16_fill(const arete_table_form *form, int16_t table[513]);

/// Interpolates the table: the upper 9 bits choose the entry, the lower 7 bits lie between it and the next.
void arete_table16_apply(const int16_t table[513], const int16_t *input, size_t count, int16_t *output);

/// 16-bit logistic function and tanh with outputs of scale 2^-15. `input_scale` as in the model. ARETE_EXACT
/// interpolates a table of the logistic curve; ARETE_FAST computes in 16-bit fixed point where the scale is 2^-12
/// (tanh: or 2^-11), as LiteRT's optimised kernels, and as ARETE_EXACT otherwise.
void arete_s16_logistic(arete_arithmetic arithmetic, float input_scale, const int16_t *input, size_t count,
                        int16_t *output);
void arete_s16_tanh(arete_arithmetic arithmetic, float input_scale, const int16_t *input, size_t count,
                    int16_t *output);

/// RESCALE, RELU, RELU6, LEAKY_RELU, ABS and SQRT of 8-bit and 16-bit operands, value by value; for RESCALE the input
/// may be INT32 and the output INT32 too. Exact arithmetic. False when the form has none.
bool arete_quantized_unary(const arete_table_form *form, const void *input, size_t count, void *output);
