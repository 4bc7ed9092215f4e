// The step of a float LSTM cell, which a file may include in an instruction set's region.
#pragma once
#include "recurrent_f32.h"

#include <math.h>

typedef struct {
    float *gates[ARETE_LSTM_GATES];
    float *inner;  // [cells], before the projection
    int8_t *bytes; // of the largest vector
} lstm_f32_scratch;

// To mean 0 and deviation 1, then weighted; the bias follows.
static void lstm_f32_normalize(const arete_f32_lstm_gate *gate, size_t n, float *values) {
    float mean = 0, squares = 0;
    for (size_t i = 0; i < n; i++) mean += values[i];
    mean /= (float)n;
    for (size_t i = 0; i < n; i++) squares += (values[i] - mean) * (values[i] - mean);
    const float inverse = 1.0f / sqrtf(squares / (float)n + 1e-8f);
    for (size_t i = 0; i < n; i++) {
        values[i] = (values[i] - mean) * inverse * gate->norm_weights[i] + (gate->bias ? gate->bias[i] : 0);
    }
}

static void lstm_f32_start_gate(const arete_f32_lstm *lstm, const arete_f32_lstm_gate *gate, float *values) {
    const bool has_bias = gate->bias && !gate->norm_weights;
    for (size_t c = 0; c < lstm->cells; c++) values[c] = has_bias ? gate->bias[c] : 0;
    for (size_t c = lstm->cells; c < recurrent_padded(lstm->cells); c++) values[c] = 0;
}

static void lstm_f32_finish_gate(const arete_f32_lstm *lstm, const arete_f32_lstm_gate *gate, const float *cell,
                                 bool is_cell, float *values) {
    for (size_t c = 0; gate->cell_weights && c < lstm->cells; c++) values[c] += gate->cell_weights[c] * cell[c];
    if (gate->norm_weights) {
        lstm_f32_normalize(gate, lstm->cells, values);
    }
    recurrent_activate(is_cell ? lstm->activation : ARETE_RECURRENT_LOGISTIC, values, recurrent_padded(lstm->cells));
}

static float lstm_f32_clipped(float x, float clip) { return clip > 0 ? fminf(fmaxf(x, -clip), clip) : x; }

static void lstm_f32_update_cell(const arete_f32_lstm *lstm, const lstm_f32_scratch *s, float *cell) {
    const bool coupled = lstm->gates[ARETE_LSTM_INPUT].input_weights == NULL;
    for (size_t c = 0; c < lstm->cells; c++) {
        const float forget = s->gates[ARETE_LSTM_FORGET][c];
        const float share = coupled ? 1 - forget : s->gates[ARETE_LSTM_INPUT][c];
        cell[c] = lstm_f32_clipped(forget * cell[c] + share * s->gates[ARETE_LSTM_CELL][c], lstm->cell_clip);
    }
}

static void lstm_f32_emit(const arete_f32_lstm *lstm, const lstm_f32_scratch *s, const float *cell, float *hidden) {
    const float *gate = s->gates[ARETE_LSTM_OUTPUT];
    for (size_t c = 0; c < lstm->cells; c++) s->inner[c] = cell[c];
    for (size_t c = lstm->cells; c < recurrent_padded(lstm->cells); c++) s->inner[c] = 0;
    recurrent_activate(lstm->activation, s->inner, recurrent_padded(lstm->cells));
    for (size_t c = 0; c < lstm->cells; c++) s->inner[c] *= gate[c];
    if (!lstm->projection_weights) {
        for (size_t c = 0; c < lstm->cells; c++) hidden[c] = s->inner[c];
        return;
    }
    for (size_t o = 0; o < lstm->outputs; o++) hidden[o] = lstm->projection_bias ? lstm->projection_bias[o] : 0;
    const recurrent_vector vector = recurrent_prepare(lstm->form, s->inner, lstm->cells, s->bytes);
    recurrent_accumulate(lstm->projection_weights, lstm->projection_scale, &vector, lstm->outputs, lstm->cells, hidden);
    for (size_t o = 0; o < lstm->outputs; o++) hidden[o] = lstm_f32_clipped(hidden[o], lstm->projection_clip);
}

static lstm_f32_scratch lstm_f32_pieces(const arete_f32_lstm *lstm, void *scratch) {
    lstm_f32_scratch s;
    const size_t pitch = recurrent_padded(lstm->cells);
    for (size_t g = 0; g < ARETE_LSTM_GATES; g++) s.gates[g] = (float *)scratch + g * pitch;
    s.inner = (float *)scratch + ARETE_LSTM_GATES * pitch;
    s.bytes = (int8_t *)(s.inner + pitch);
    return s;
}

static void lstm_f32_step(const arete_f32_lstm *lstm, const float *input, float *hidden, float *cell, float *output,
                          void *scratch) {
    const lstm_f32_scratch s = lstm_f32_pieces(lstm, scratch);
    for (size_t g = 0; g < ARETE_LSTM_GATES; g++) lstm_f32_start_gate(lstm, &lstm->gates[g], s.gates[g]);
    recurrent_vector vector = recurrent_prepare(lstm->form, input, lstm->inputs, s.bytes);
    for (size_t g = 0; g < ARETE_LSTM_GATES; g++) {
        const arete_f32_lstm_gate *gate = &lstm->gates[g];
        if (gate->input_weights) {
            recurrent_accumulate(gate->input_weights, gate->input_scale, &vector, lstm->cells, lstm->inputs,
                                 s.gates[g]);
        }
    }
    vector = recurrent_prepare(lstm->form, hidden, lstm->outputs, s.bytes);
    for (size_t g = 0; g < ARETE_LSTM_GATES; g++) {
        const arete_f32_lstm_gate *gate = &lstm->gates[g];
        if (gate->recurrent_weights) {
            recurrent_accumulate(gate->recurrent_weights, gate->recurrent_scale, &vector, lstm->cells, lstm->outputs,
                                 s.gates[g]);
        }
    }
    for (size_t g = 0; g < ARETE_LSTM_OUTPUT; g++) {
        lstm_f32_finish_gate(lstm, &lstm->gates[g], cell, g == ARETE_LSTM_CELL, s.gates[g]);
    }
    lstm_f32_update_cell(lstm, &s, cell);
    lstm_f32_finish_gate(lstm, &lstm->gates[ARETE_LSTM_OUTPUT], cell, false, s.gates[ARETE_LSTM_OUTPUT]);
    lstm_f32_emit(lstm, &s, cell, hidden);
    for (size_t o = 0; o < lstm->outputs; o++) output[o] = hidden[o];
}
