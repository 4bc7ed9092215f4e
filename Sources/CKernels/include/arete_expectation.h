// Means under softmax distributions of bytes: how some detectors say where the edges of a box are.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Rows of `bins` bytes, `run` rows next to each other; runs lie `pitch` bytes apart.
typedef struct {
    size_t bins, run, pitch;
    uint8_t flip;         // 128 where the bytes are signed, else 0: what makes them unsigned in the same order
    const float *powers;  // 256: that of a byte less than the row's greatest by the index; the first is 1
    const float *weights; // one for each bin
} arete_expectation;

/// y[r] is the sum of weights[i] * p[i] over that of p[i], p[i] the power of byte i of row r, for rows begin ..< end.
/// Sums go from the first bin to the last in single precision, products are rounded.
void arete_expectation_rows(const arete_expectation *plan, const uint8_t *x, float *y, size_t begin, size_t end);
