// The step of an integer LSTM cell. A file defines `recurrent_dot`, the sum of weights times values less a zero point,
// before it includes this.
#pragma once
#include "arete_quantized_recurrent.h"
#include "fixed_point.h"
#include "fixed_point16.h"

// (x - mean) / deviation * weight + bias, with 10 more bits inside.
static void normalize(const arete_s8_lstm_gate *gate, size_t n, int16_t *values) {
    int64_t sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        sum += values[i];
        squares += values[i] * values[i];
    }
    const int32_t mean = (int32_t)(sum * 1024 / (int64_t)n), part = (1 << 20) / (int32_t)n;
    int32_t variance = (int32_t)((squares * part - (int64_t)mean * mean) / (1 << 20));
    variance = variance < 1 ? gate->variance_guard : variance;
    int32_t multiplier = 0, shift = 0;
    fixed_inverse_square_root(variance, &multiplier, &shift);
    for (size_t i = 0; i < n; i++) {
        const int32_t scaled = arete_multiply_fixed(1024 * values[i] - mean, multiplier, shift);
        const int64_t weighted =
            (int32_t)((uint32_t)scaled * (uint32_t)(int32_t)gate->norm_weights[i] + (uint32_t)gate->bias[i]);
        const int32_t whole = (int32_t)((weighted > 0 ? weighted + 512 : weighted - 512) / 1024);
        values[i] =
            (int16_t)fixed16_saturate(arete_multiply_fixed(whole, gate->norm_multiplier, gate->norm_shift + 12));
    }
}

static void compute_gate(const arete_s8_lstm *lstm, const arete_s8_lstm_gate *gate, const int8_t *input,
                         const int8_t *hidden, const int16_t *cell, bool is_cell, int16_t *values) {
    for (size_t c = 0; c < lstm->cells; c++) {
        int32_t sum =
            recurrent_dot(gate->input_weights + c * lstm->inputs, input, lstm->input.zero_point, lstm->inputs);
        if (gate->bias && !gate->norm_weights) {
            sum = fixed_add(sum, gate->bias[c]);
        }
        int32_t value = fixed16_saturate(arete_multiply_fixed(sum, gate->input_multiplier, gate->input_shift));
        sum =
            recurrent_dot(gate->recurrent_weights + c * lstm->outputs, hidden, lstm->output.zero_point, lstm->outputs);
        sum = arete_multiply_fixed(sum, gate->recurrent_multiplier, gate->recurrent_shift);
        value = fixed16_saturate(fixed_saturate((int64_t)value + sum));
        // The reference stops at the number of outputs here, which a projection may make smaller.
        if (gate->cell_weights && c < lstm->outputs) {
            const int32_t peek =
                arete_multiply_fixed(gate->cell_weights[c] * cell[c], gate->cell_multiplier, gate->cell_shift);
            value = fixed16_saturate(fixed_saturate((int64_t)value + peek));
        }
        values[c] = (int16_t)value;
    }
    if (gate->norm_weights) {
        normalize(gate, lstm->cells, values);
    }
    for (size_t c = 0; c < lstm->cells; c++) {
        values[c] = (int16_t)(is_cell ? fixed16_tanh(values[c], 3) : fixed16_logistic(values[c], 3));
    }
}

static void update_cell(const arete_s8_lstm *lstm, const int16_t *input, const int16_t *forget, const int16_t *update,
                        int16_t *cell) {
    const bool coupled = lstm->gates[ARETE_LSTM_INPUT].input_weights == NULL;
    const int32_t clip = lstm->quantized_cell_clip;
    for (size_t c = 0; c < lstm->cells; c++) {
        const int32_t kept = (int16_t)arete_rounding_shift_right(forget[c] * cell[c], 15);
        const int32_t share = coupled ? INT16_MAX - forget[c] : input[c];
        const int32_t added = (int16_t)arete_rounding_shift_right(share * update[c], 30 + lstm->cell_exponent);
        const int32_t value = fixed16_saturate(kept + added);
        cell[c] = (int16_t)(clip > 0 ? arete_clamp(value, -clip, clip) : value);
    }
}

static void project(const arete_s8_lstm *lstm, const int8_t *inner, int8_t *hidden) {
    const int32_t clip = lstm->quantized_projection_clip;
    for (size_t o = 0; o < lstm->outputs; o++) {
        int32_t sum =
            recurrent_dot(lstm->projection_weights + o * lstm->cells, inner, -lstm->hidden.zero_point, lstm->cells);
        sum = lstm->projection_bias ? fixed_add(sum, lstm->projection_bias[o]) : sum;
        sum = arete_multiply_fixed(sum, lstm->projection_multiplier, lstm->projection_shift);
        const int32_t value = arete_clamp(fixed_add(sum, lstm->output.zero_point), INT8_MIN, INT8_MAX);
        hidden[o] = (int8_t)(clip > 0 ? arete_clamp(value, -clip, clip) : value);
    }
}

static void lstm_step(const arete_s8_lstm *lstm, const int8_t *input, int8_t *hidden, int16_t *cell, int8_t *output,
                      void *scratch) {
    int16_t *gates[ARETE_LSTM_GATES];
    for (size_t g = 0; g < ARETE_LSTM_GATES; g++) {
        gates[g] = (int16_t *)scratch + g * lstm->cells;
    }
    int8_t *inner = (int8_t *)(gates[ARETE_LSTM_GATES - 1] + lstm->cells);
    for (size_t g = 0; g < ARETE_LSTM_OUTPUT; g++) {
        if (lstm->gates[g].input_weights) {
            compute_gate(lstm, &lstm->gates[g], input, hidden, cell, g == ARETE_LSTM_CELL, gates[g]);
        }
    }
    update_cell(lstm, gates[ARETE_LSTM_INPUT], gates[ARETE_LSTM_FORGET], gates[ARETE_LSTM_CELL], cell);
    compute_gate(lstm, &lstm->gates[ARETE_LSTM_OUTPUT], input, hidden, cell, false, gates[ARETE_LSTM_OUTPUT]);
    // Before a projection the reference stores the values about the negated zero point, which counts where they clamp.
    const int32_t zero_point = lstm->projection_weights ? -lstm->hidden.zero_point : lstm->hidden.zero_point;
    for (size_t c = 0; c < lstm->cells; c++) {
        const int32_t curve = fixed16_tanh(cell[c], 15 + lstm->cell_exponent);
        const int32_t product = gates[ARETE_LSTM_OUTPUT][c] * curve;
        const int32_t scaled = arete_multiply_fixed(product, lstm->hidden_multiplier, lstm->hidden_shift);
        inner[c] = (int8_t)arete_clamp(fixed_add(scaled, zero_point), INT8_MIN, INT8_MAX);
    }
    if (lstm->projection_weights) {
        project(lstm, inner, hidden);
    } else {
        for (size_t c = 0; c < lstm->cells; c++) {
            hidden[c] = inner[c];
        }
    }
    for (size_t o = 0; o < lstm->outputs; o++) {
        output[o] = hidden[o];
    }
}
