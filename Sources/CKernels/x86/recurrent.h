// Steps of recurrent layers by instruction set, as the functions of the same names without its own.
#pragma once
#include "arete_quantized_recurrent.h"

#define ARETE_RECURRENT_FUNCTIONS(set)                                                                                 \
    void arete_s8_lstm_step_##set(const arete_s8_lstm *lstm, const void *packed, const int8_t *input, int8_t *hidden,  \
                                  int16_t *cell, int8_t *output, void *scratch);                                       \
    void arete_s8_svdf_step_##set(const arete_s8_svdf *svdf, const int8_t *input, const int8_t *features,              \
                                  const int16_t *times, const int32_t *bias, int16_t *state, int8_t *output);          \
    void arete_f32_lstm_step_##set(const arete_f32_lstm *lstm, const float *input, float *hidden, float *cell,         \
                                   float *output, void *scratch);                                                      \
    void arete_f32_svdf_step_##set(const arete_f32_svdf *svdf, const float *input, const void *features,               \
                                   const float *times, const float *bias, float *state, float *output, void *scratch);

ARETE_RECURRENT_FUNCTIONS(avx2)
ARETE_RECURRENT_FUNCTIONS(avx512)
