// Bias and clamp of float results.
#include "arete_finish.h"

void arete_f32_finish(float *values, size_t rows, size_t columns, size_t row_stride, const float *bias,
                      bool bias_per_row, float low, float high) {
    for (size_t r = 0; r < rows; r++) {
        float *row = values + r * row_stride;
        if (bias && bias_per_row) {
            for (size_t c = 0; c < columns; c++) row[c] += bias[r];
        } else if (bias) {
            for (size_t c = 0; c < columns; c++) row[c] += bias[c];
        }
        for (size_t c = 0; c < columns; c++) {
            const float v = row[c] < low ? low : row[c];
            row[c] = v > high ? high : v;
        }
    }
}
