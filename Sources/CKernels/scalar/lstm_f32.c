// One step of a float LSTM cell.
#include "recurrent_dot.h"

#include "lstm_f32_step.h"

static size_t largest(const arete_f32_lstm *lstm) {
    size_t n = lstm->inputs > lstm->cells ? lstm->inputs : lstm->cells;
    return n > lstm->outputs ? n : lstm->outputs;
}

size_t arete_f32_lstm_scratch(const arete_f32_lstm *lstm) {
    return (ARETE_LSTM_GATES + 1) * recurrent_padded(lstm->cells) * sizeof(float) + largest(lstm) + 64;
}

void arete_f32_lstm_step(const arete_f32_lstm *lstm, const float *input, float *hidden, float *cell, float *output,
                         void *scratch) {
    lstm_f32_step(lstm, input, hidden, cell, output, scratch);
}
