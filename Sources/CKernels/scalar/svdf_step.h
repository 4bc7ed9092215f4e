// The step of an integer SVDF layer. A file defines `recurrent_dots`, sums of some rows of weights times values less a
// zero point, `recurrent_word_dots`, sums of some rows of words times others, and `recurrent_scale`, which multiplies
// whole vectors of sums by a fixed-point number, before it includes this.
#pragma once
#include "arete_quantized_recurrent.h"
#include "arete_requantize.h"

#include <string.h>

/// Sums that are scaled together, whole vectors.
enum { SVDF_SUMS = 64 };

static void svdf_step(const arete_s8_svdf *svdf, const int8_t *input, const int8_t *features, const int16_t *times,
                      const int32_t *bias, int16_t *state, int8_t *output) {
    const size_t memory = svdf->memory, filters = svdf->filters;
    const size_t units = filters / svdf->rank, depth = svdf->rank * memory;
    int32_t sums[SVDF_SUMS];
    if (filters * memory == 0) {
        return;
    }
    for (size_t b = 0; b < svdf->batch; b++, input += svdf->inputs, state += filters * memory, output += units) {
        // The newest response of each filter is its last; what moves into its place belongs to the next filter.
        memmove(state, state + 1, (filters * memory - 1) * sizeof(int16_t));
        for (size_t f = 0; f < filters; f += SVDF_SUMS) {
            const size_t count = filters - f < SVDF_SUMS ? filters - f : SVDF_SUMS;
            for (size_t i = 0; i < count; i += RECURRENT_ROWS) {
                recurrent_dots(features + (f + i) * svdf->inputs, input, svdf->input_zero_point, svdf->inputs,
                               count - i < RECURRENT_ROWS ? count - i : RECURRENT_ROWS, sums + i);
            }
            recurrent_scale(sums, count, svdf->feature_multiplier, svdf->feature_shift);
            for (size_t i = 0; i < count; i++) {
                state[(f + i + 1) * memory - 1] = (int16_t)arete_clamp(sums[i], INT16_MIN, INT16_MAX);
            }
        }
        for (size_t u = 0; u < units; u += SVDF_SUMS) {
            const size_t count = units - u < SVDF_SUMS ? units - u : SVDF_SUMS;
            for (size_t i = 0; i < count; i += RECURRENT_ROWS) {
                recurrent_word_dots(state + (u + i) * depth, times + (u + i) * depth, depth,
                                    count - i < RECURRENT_ROWS ? count - i : RECURRENT_ROWS, sums + i);
            }
            for (size_t i = 0; bias && i < count; i++) {
                sums[i] = (int32_t)((uint32_t)sums[i] + (uint32_t)bias[u + i]);
            }
            recurrent_scale(sums, count, svdf->time_multiplier, svdf->time_shift);
            for (size_t i = 0; i < count; i++) {
                output[u + i] = (int8_t)arete_clamp(sums[i] + svdf->output_zero_point, INT8_MIN, INT8_MAX);
            }
        }
    }
}
