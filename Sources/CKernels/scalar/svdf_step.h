// The step of an integer SVDF layer. A file defines `recurrent_dots`, sums of some rows of weights times values less a
// zero point, and `recurrent_word_dots`, sums of some rows of words times others, before it includes this.
#pragma once
#include "arete_quantized_recurrent.h"
#include "arete_requantize.h"

#include <string.h>

static void svdf_step(const arete_s8_svdf *svdf, const int8_t *input, const int8_t *features, const int16_t *times,
                      const int32_t *bias, int16_t *state, int8_t *output) {
    const size_t memory = svdf->memory, filters = svdf->filters;
    const size_t units = filters / svdf->rank, depth = svdf->rank * memory;
    int32_t sums[RECURRENT_ROWS];
    if (filters * memory == 0) {
        return;
    }
    for (size_t b = 0; b < svdf->batch; b++, input += svdf->inputs, state += filters * memory, output += units) {
        // The newest response of each filter is its last; what moves into its place belongs to the next filter.
        memmove(state, state + 1, (filters * memory - 1) * sizeof(int16_t));
        for (size_t f = 0; f < filters; f += RECURRENT_ROWS) {
            const size_t count = filters - f < RECURRENT_ROWS ? filters - f : RECURRENT_ROWS;
            recurrent_dots(features + f * svdf->inputs, input, svdf->input_zero_point, svdf->inputs, count, sums);
            for (size_t i = 0; i < count; i++) {
                const int32_t scaled = arete_multiply_fixed(sums[i], svdf->feature_multiplier, svdf->feature_shift);
                state[(f + i + 1) * memory - 1] = (int16_t)arete_clamp(scaled, INT16_MIN, INT16_MAX);
            }
        }
        for (size_t u = 0; u < units; u += RECURRENT_ROWS) {
            const size_t count = units - u < RECURRENT_ROWS ? units - u : RECURRENT_ROWS;
            recurrent_word_dots(state + u * depth, times + u * depth, depth, count, sums);
            for (size_t i = 0; i < count; i++) {
                const int32_t sum = (int32_t)((uint32_t)sums[i] + (bias ? (uint32_t)bias[u + i] : 0));
                const int32_t y = arete_multiply_fixed(sum, svdf->time_multiplier, svdf->time_shift);
                output[u + i] = (int8_t)arete_clamp(y + svdf->output_zero_point, INT8_MIN, INT8_MAX);
            }
        }
    }
}
