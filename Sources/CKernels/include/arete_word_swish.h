// x * sigmoid(x) of 16-bit quantized numbers, where the sigmoid is quantized itself before it multiplies.
#pragma once
#include "arete_quantized.h"
#include "arete_types.h"

/// Quantizations of x, of its sigmoid and of the product, all INT16.
typedef struct {
    arete_affine input, gate, output;
} arete_word_swish;

/// Computes `count` products of x and its quantized sigmoid, all scales in one factor. Sigmoids are within 2^-20, so
/// that few results differ from those of five steps in single precision, and by one.
void arete_word_swish_row(const arete_word_swish *swish, const int16_t *x, size_t count, int16_t *y);
