// One value of a quantized function in fixed point: under the tables and the value-by-value kernels.
#pragma once
#include "arete_table.h"

/// Multipliers of a form, worked out once.
typedef struct {
    arete_table_form form;
    int32_t multiplier, shift;                   // of values not below 0, or of all
    int32_t negative_multiplier, negative_shift; // of values below 0
    bool negate;                                 // values below 0 change their sign
    int32_t minimum, maximum;
} arete_unary_steps;

/// False when the function is not one of fixed-point multipliers.
bool arete_unary_prepare(const arete_table_form *form, arete_unary_steps *steps);

/// The result for a stored operand, clamped to the output's range.
int32_t arete_unary_value(const arete_unary_steps *steps, int32_t x);
