// Sampling of functions into 16-bit tables, in single or double precision: the precision is part of the bits.
#pragma once
#include <stdint.h>

typedef float (*arete_function_f32)(const void *context, float x);
typedef double (*arete_function_f64)(const void *context, double x);

/// Samples a function between two 16-bit quantizations: table[i] is its value at the stored operand 128 i - 2^15.
void arete_table16_sample_f32(arete_function_f32 function, const void *context, float input_scale,
                              int32_t input_zero_point, float output_scale, int32_t output_zero_point,
                              int16_t table[513]);
void arete_table16_sample_f64(arete_function_f64 function, const void *context, double input_scale,
                              int32_t input_zero_point, double output_scale, int32_t output_zero_point,
                              int16_t table[513]);

/// The interpolated entry for a stored operand.
int16_t arete_table16_value(const int16_t table[513], int16_t x);
