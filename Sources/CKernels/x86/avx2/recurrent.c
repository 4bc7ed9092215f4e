// Steps of integer recurrent layers, 32 weights a vector.
#include "../recurrent.h"

#if defined(__x86_64__)
#include "../../scalar/fixed_point.h"
#include "../../scalar/fixed_point16.h"
#include "../lanes/avx2.h"
#include <string.h>

LANES_BEGIN
#include "../lanes/recurrent.h"

#include "../../scalar/lstm_step.h"
#include "../../scalar/svdf_step.h"

void arete_s8_lstm_step_avx2(const arete_s8_lstm *lstm, const int8_t *input, int8_t *hidden, int16_t *cell,
                             int8_t *output, void *scratch) {
    lstm_step(lstm, input, hidden, cell, output, scratch);
}

void arete_s8_svdf_step_avx2(const arete_s8_svdf *svdf, const int8_t *input, const int8_t *features,
                             const int16_t *times, const int32_t *bias, int16_t *state, int8_t *output) {
    svdf_step(svdf, input, features, times, bias, state, output);
}
LANES_END

#endif
