// The step of an integer LSTM cell. A file defines `recurrent_dot`, the sum of weights times values less a zero point,
// `recurrent_dots`, those of some rows, and over whole vectors of values `recurrent_scale`, the product with a
// fixed-point number, and `recurrent_curve`, logistic function or tanh of words, before it includes this.
#pragma once
#include "arete_quantized_recurrent.h"
#include "fixed_point.h"
#include "fixed_point16.h"

#include <string.h>

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

typedef struct {
    int32_t *sums;                    // [cells], as all of these with room for whole vectors
    int16_t *gates[ARETE_LSTM_GATES]; // [cells]
    int16_t *curve;                   // [cells], of the cell state
    int8_t *inner;                    // [cells], before the projection
} lstm_scratch;

static inline size_t lstm_room(size_t cells) { return (cells + 63) / 64 * 64; }

static inline size_t lstm_scratch_bytes(size_t cells) {
    return lstm_room(cells) * (sizeof(int32_t) + (ARETE_LSTM_GATES + 1) * sizeof(int16_t) + sizeof(int8_t));
}

static lstm_scratch lstm_scratch_pieces(void *memory, size_t cells) {
    const size_t room = lstm_room(cells);
    lstm_scratch s = {.sums = memory};
    s.curve = (int16_t *)(s.sums + room);
    for (size_t g = 0; g < ARETE_LSTM_GATES; g++) {
        s.gates[g] = s.curve + (g + 1) * room;
    }
    s.inner = (int8_t *)(s.curve + (ARETE_LSTM_GATES + 1) * room);
    return s;
}

/// Sums of all rows of weights; those of whole groups of rows are stored.
static void lstm_products(const int8_t *weights, const int8_t *x, int32_t zero_point, size_t n, size_t rows,
                          int32_t *sums) {
    for (size_t r = 0; r < rows; r += RECURRENT_ROWS) {
        const size_t count = rows - r < RECURRENT_ROWS ? rows - r : RECURRENT_ROWS;
        recurrent_dots(weights + r * n, x, zero_point, n, count, sums + r);
    }
}

/// Adds sums to words, with saturation: what is greater than twice the range of words counts as that.
static void lstm_add(int16_t *values, const int32_t *sums, size_t n) {
    for (size_t i = 0; i < n; i++) {
        values[i] = (int16_t)fixed16_saturate(values[i] + arete_clamp(sums[i], -(1 << 17), 1 << 17));
    }
}

static void compute_gate(const arete_s8_lstm *lstm, size_t index, const int8_t *input, const int8_t *hidden,
                         const int16_t *cell, const lstm_scratch *s) {
    const arete_s8_lstm_gate *gate = &lstm->gates[index];
    const size_t cells = lstm->cells;
    int16_t *values = s->gates[index];
    lstm_products(gate->input_weights, input, lstm->input.zero_point, lstm->inputs, cells, s->sums);
    for (size_t c = 0; gate->bias && !gate->norm_weights && c < cells; c++) {
        s->sums[c] = fixed_add(s->sums[c], gate->bias[c]);
    }
    recurrent_scale(s->sums, cells, gate->input_multiplier, gate->input_shift);
    for (size_t c = 0; c < cells; c++) {
        values[c] = (int16_t)fixed16_saturate(s->sums[c]);
    }
    lstm_products(gate->recurrent_weights, hidden, lstm->output.zero_point, lstm->outputs, cells, s->sums);
    recurrent_scale(s->sums, cells, gate->recurrent_multiplier, gate->recurrent_shift);
    lstm_add(values, s->sums, cells);
    if (gate->cell_weights) {
        // The reference stops at the number of outputs here, which a projection may make smaller.
        const size_t count = cells < lstm->outputs ? cells : lstm->outputs;
        for (size_t c = 0; c < count; c++) {
            s->sums[c] = gate->cell_weights[c] * cell[c];
        }
        recurrent_scale(s->sums, count, gate->cell_multiplier, gate->cell_shift);
        lstm_add(values, s->sums, count);
    }
    if (gate->norm_weights) {
        normalize(gate, cells, values);
    }
    recurrent_curve(values, cells, index == ARETE_LSTM_CELL, 3);
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
                      void *memory) {
    const size_t cells = lstm->cells;
    const lstm_scratch s = lstm_scratch_pieces(memory, cells);
    for (size_t g = 0; g < ARETE_LSTM_OUTPUT; g++) {
        if (lstm->gates[g].input_weights) {
            compute_gate(lstm, g, input, hidden, cell, &s);
        }
    }
    update_cell(lstm, s.gates[ARETE_LSTM_INPUT], s.gates[ARETE_LSTM_FORGET], s.gates[ARETE_LSTM_CELL], cell);
    compute_gate(lstm, ARETE_LSTM_OUTPUT, input, hidden, cell, &s);
    memcpy(s.curve, cell, cells * sizeof *cell);
    recurrent_curve(s.curve, cells, true, 15 + lstm->cell_exponent);
    for (size_t c = 0; c < cells; c++) {
        s.sums[c] = s.gates[ARETE_LSTM_OUTPUT][c] * s.curve[c];
    }
    recurrent_scale(s.sums, cells, lstm->hidden_multiplier, lstm->hidden_shift);
    // Before a projection the reference stores the values about the negated zero point, which counts where they clamp.
    const int32_t zero_point = lstm->projection_weights ? -lstm->hidden.zero_point : lstm->hidden.zero_point;
    int8_t *inner = lstm->projection_weights ? s.inner : hidden;
    for (size_t c = 0; c < cells; c++) {
        inner[c] = (int8_t)arete_clamp(fixed_add(s.sums[c], zero_point), INT8_MIN, INT8_MAX);
    }
    if (lstm->projection_weights) {
        project(lstm, inner, hidden);
    }
    for (size_t o = 0; o < lstm->outputs; o++) {
        output[o] = hidden[o];
    }
}
