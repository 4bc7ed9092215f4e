// The step of a float SVDF layer, which a file may include in an instruction set's region.
#pragma once
#include "recurrent_f32.h"

static void svdf_f32_step(const arete_f32_svdf *svdf, const float *input, const void *features, const float *times,
                          const float *bias, float *state, float *output, void *scratch) {
    const size_t memory = svdf->memory, units = svdf->filters / svdf->rank;
    float *responses = scratch;
    int8_t *bytes = (int8_t *)(responses + svdf->filters);
    for (size_t b = 0; b < svdf->batch; b++) {
        const recurrent_vector vector = recurrent_prepare(svdf->form, input + b * svdf->inputs, svdf->inputs, bytes);
        memset(responses, 0, svdf->filters * sizeof(float));
        recurrent_accumulate(features, svdf->feature_scale, &vector, svdf->filters, svdf->inputs, responses);
        for (size_t u = 0; u < units; u++) {
            float sum = bias ? bias[u] : 0;
            for (size_t f = u * svdf->rank; f < (u + 1) * svdf->rank; f++) {
                float *row = state + (b * svdf->filters + f) * memory;
                memmove(row, row + 1, (memory - 1) * sizeof(float));
                row[memory - 1] = responses[f];
                float product = 0;
                for (size_t m = 0; m < memory; m++) product += row[m] * times[f * memory + m];
                sum += product;
            }
            output[b * units + u] = sum;
        }
        recurrent_activate(svdf->activation, output + b * units, units);
    }
}
