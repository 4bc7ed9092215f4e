// The step of an integer SVDF layer. A file defines `recurrent_dot`, the sum of weights times values less a zero point,
// before it includes this.
#pragma once
#include "arete_quantized_recurrent.h"
#include "arete_requantize.h"

#include <string.h>

static int32_t response(const arete_s8_svdf *svdf, const int8_t *input, const int8_t *weights) {
    const int32_t sum = recurrent_dot(weights, input, svdf->input_zero_point, svdf->inputs);
    const int32_t scaled = arete_multiply_fixed(sum, svdf->feature_multiplier, svdf->feature_shift);
    return arete_clamp(scaled, INT16_MIN, INT16_MAX);
}

static void svdf_step(const arete_s8_svdf *svdf, const int8_t *input, const int8_t *features, const int16_t *times,
                      const int32_t *bias, int16_t *state, int8_t *output) {
    const size_t memory = svdf->memory, units = svdf->filters / svdf->rank;
    for (size_t b = 0; b < svdf->batch; b++) {
        for (size_t u = 0; u < units; u++) {
            uint32_t sum = bias ? (uint32_t)bias[u] : 0;
            for (size_t f = u * svdf->rank; f < (u + 1) * svdf->rank; f++) {
                int16_t *row = state + (b * svdf->filters + f) * memory;
                memmove(row, row + 1, (memory - 1) * sizeof(int16_t));
                row[memory - 1] = (int16_t)response(svdf, input + b * svdf->inputs, features + f * svdf->inputs);
                for (size_t m = 0; m < memory; m++) {
                    sum += (uint32_t)(row[m] * times[f * memory + m]);
                }
            }
            const int32_t y = arete_multiply_fixed((int32_t)sum, svdf->time_multiplier, svdf->time_shift);
            output[b * units + u] = (int8_t)arete_clamp(y + svdf->output_zero_point, INT8_MIN, INT8_MAX);
        }
    }
}
