// The steps of recurrent layers over a region's vectors, as functions whose names end in the instruction set's: the
// portable steps over the region's products, and for floats the portable expressions as the compiler makes vectors of
// them.
#pragma once
#include "recurrent.h"

#include "../../scalar/lstm_f32_step.h"
#include "../../scalar/lstm_step.h"
#include "../../scalar/svdf_f32_step.h"
#include "../../scalar/svdf_step.h"

#define RECURRENT_STEPS(set)                                                                                           \
    void arete_s8_lstm_step_##set(const arete_s8_lstm *lstm, const void *packed, const int8_t *input, int8_t *hidden,  \
                                  int16_t *cell, int8_t *output, void *scratch) {                                      \
        lstm_step(lstm, packed, input, hidden, cell, output, scratch);                                                 \
    }                                                                                                                  \
    void arete_s8_svdf_step_##set(const arete_s8_svdf *svdf, const int8_t *input, const int8_t *features,              \
                                  const int16_t *times, const int32_t *bias, int16_t *state, int8_t *output) {         \
        svdf_step(svdf, input, features, times, bias, state, output);                                                  \
    }                                                                                                                  \
    void arete_f32_lstm_step_##set(const arete_f32_lstm *lstm, const float *input, float *hidden, float *cell,         \
                                   float *output, void *scratch) {                                                     \
        lstm_f32_step(lstm, input, hidden, cell, output, scratch);                                                     \
    }                                                                                                                  \
    void arete_f32_svdf_step_##set(const arete_f32_svdf *svdf, const float *input, const void *features,               \
                                   const float *times, const float *bias, float *state, float *output,                 \
                                   void *scratch) {                                                                    \
        svdf_f32_step(svdf, input, features, times, bias, state, output, scratch);                                     \
    }
