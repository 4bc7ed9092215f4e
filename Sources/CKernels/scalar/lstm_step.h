// The step of an integer LSTM cell. A file defines `recurrent_dot`, the sum of weights times values less a zero point,
// `recurrent_panels`, the sums of packed weights, and over whole vectors of values `recurrent_scale`, the product with
// a fixed-point number, `recurrent_gate`, the values of a gate by its sums, and `recurrent_curve`, logistic function or
// tanh of words, before it includes this.
#pragma once
#include "fixed_point.h"
#include "fixed_point16.h"
#include "lstm_packed.h"

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

// All with room for whole vectors.
typedef struct {
    int32_t *input_sums, *recurrent_sums; // of the gates, in the order of the packed rows
    int32_t *products;                    // [cells]
    int16_t *logistic;                    // of the gates with that function, in the same order
    int16_t *update, *cell, *curve;       // [cells], the cell gate, the new state and its tanh
    uint8_t *input, *hidden;              // without sign, in whole groups
    int8_t *inner;                        // [cells], before the projection
} lstm_scratch;

/// Loops over whole vectors have no rest.
static inline size_t lstm_whole(size_t n) { return (n + 15) / 16 * 16; }
static inline size_t lstm_room(size_t n) { return (n + 63) / 64 * 64 + 64; }

static inline size_t lstm_scratch_bytes(const arete_s8_lstm *lstm) {
    const size_t cells = lstm_room(lstm->cells), gates = lstm_room(ARETE_LSTM_GATES * lstm->cells);
    return (2 * gates + cells) * sizeof(int32_t) + (gates + 3 * cells) * sizeof(int16_t) + lstm_room(lstm->inputs) +
           lstm_room(lstm->outputs) + cells;
}

static lstm_scratch lstm_scratch_pieces(const arete_s8_lstm *lstm, void *memory) {
    const size_t cells = lstm_room(lstm->cells), gates = lstm_room(ARETE_LSTM_GATES * lstm->cells);
    lstm_scratch s = {.input_sums = memory};
    s.recurrent_sums = s.input_sums + gates;
    s.products = s.recurrent_sums + gates;
    s.logistic = (int16_t *)(s.products + cells);
    s.update = s.logistic + gates;
    s.cell = s.update + cells;
    s.curve = s.cell + cells;
    s.input = (uint8_t *)(s.curve + cells);
    s.hidden = s.input + lstm_room(lstm->inputs);
    s.inner = (int8_t *)(s.hidden + lstm_room(lstm->outputs));
    return s;
}

/// Sums of all gates' rows.
static void lstm_products(const arete_s8_lstm *lstm, const void *packed, bool is_recurrent, const int8_t *x, size_t n,
                          uint8_t *levels, int32_t *sums) {
    const lstm_matrix m = lstm_matrix_of(lstm, packed, is_recurrent);
    for (size_t i = 0; i < n; i++) {
        levels[i] = (uint8_t)x[i] ^ 0x80;
    }
    memset(levels + n, 0, m.groups * LSTM_GROUP - n);
    recurrent_panels(&m, levels, sums);
}

/// Adds sums to words, with saturation: what is greater than twice the range of words counts as that.
static void lstm_add(int16_t *values, const int32_t *sums, size_t n) {
    for (size_t i = 0; i < n; i++) {
        values[i] = (int16_t)fixed16_saturate(values[i] + arete_clamp(sums[i], -(1 << 17), 1 << 17));
    }
}

/// The values of a gate before its function; `place`: of its first row.
static void compute_gate(const arete_s8_lstm *lstm, const arete_s8_lstm_gate *gate, size_t place, const int16_t *cell,
                         const lstm_scratch *s, int16_t *values) {
    const size_t cells = lstm->cells;
    recurrent_gate(gate, s->input_sums + place, s->recurrent_sums + place, cells, values);
    if (gate->cell_weights) {
        // The reference stops at the number of outputs here, which a projection may make smaller.
        const size_t count = cells < lstm->outputs ? cells : lstm->outputs;
        for (size_t c = 0; c < count; c++) {
            s->products[c] = gate->cell_weights[c] * cell[c];
        }
        recurrent_scale(s->products, count, gate->cell_multiplier, gate->cell_shift);
        lstm_add(values, s->products, count);
    }
    if (gate->norm_weights) {
        normalize(gate, cells, values);
    }
}

static void update_cell(const arete_s8_lstm *lstm, const int16_t *input, const int16_t *forget, const int16_t *update,
                        int16_t *cell) {
    const int32_t clip = lstm->quantized_cell_clip;
    for (size_t c = 0; c < lstm_whole(lstm->cells); c++) {
        const int32_t kept = (int16_t)arete_rounding_shift_right(forget[c] * cell[c], 15);
        const int32_t share = input ? input[c] : INT16_MAX - forget[c];
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

static void lstm_step(const arete_s8_lstm *lstm, const void *packed, const int8_t *input, int8_t *hidden, int16_t *cell,
                      int8_t *output, void *memory) {
    const size_t cells = lstm->cells;
    const lstm_scratch s = lstm_scratch_pieces(lstm, memory);
    lstm_products(lstm, packed, false, input, lstm->inputs, s.input, s.input_sums);
    lstm_products(lstm, packed, true, hidden, lstm->outputs, s.hidden, s.recurrent_sums);

    // An output gate that looks at the new state waits for it.
    const arete_s8_lstm_gate *gates = lstm->gates;
    const bool is_coupled = !lstm_has_gate(lstm, ARETE_LSTM_INPUT), waits = gates[ARETE_LSTM_OUTPUT].cell_weights;
    int16_t *shares = is_coupled ? NULL : s.logistic, *forget = s.logistic + (is_coupled ? 0 : cells);
    int16_t *outputs = forget + cells;
    const size_t output_place = (size_t)(outputs - s.logistic), update_place = output_place + cells;
    if (shares) {
        compute_gate(lstm, &gates[ARETE_LSTM_INPUT], 0, cell, &s, shares);
    }
    compute_gate(lstm, &gates[ARETE_LSTM_FORGET], output_place - cells, cell, &s, forget);
    if (!waits) {
        compute_gate(lstm, &gates[ARETE_LSTM_OUTPUT], output_place, cell, &s, outputs);
    }
    compute_gate(lstm, &gates[ARETE_LSTM_CELL], update_place, cell, &s, s.update);
    recurrent_curve(s.logistic, waits ? output_place : update_place, false, 3);
    recurrent_curve(s.update, cells, true, 3);

    memcpy(s.cell, cell, cells * sizeof *cell);
    update_cell(lstm, shares, forget, s.update, s.cell);
    memcpy(cell, s.cell, cells * sizeof *cell);
    if (waits) {
        compute_gate(lstm, &gates[ARETE_LSTM_OUTPUT], output_place, cell, &s, outputs);
        recurrent_curve(outputs, cells, false, 3);
    }
    memcpy(s.curve, cell, cells * sizeof *cell);
    recurrent_curve(s.curve, cells, true, 15 + lstm->cell_exponent);
    for (size_t c = 0; c < lstm_whole(cells); c++) {
        s.products[c] = outputs[c] * s.curve[c];
    }
    recurrent_scale(s.products, cells, lstm->hidden_multiplier, lstm->hidden_shift);
    // Before a projection the reference stores the values about the negated zero point, which counts where they clamp.
    const int32_t zero_point = lstm->projection_weights ? -lstm->hidden.zero_point : lstm->hidden.zero_point;
    for (size_t c = 0; c < lstm_whole(cells); c++) {
        s.inner[c] = (int8_t)arete_clamp(fixed_add(s.products[c], zero_point), INT8_MIN, INT8_MAX);
    }
    if (lstm->projection_weights) {
        project(lstm, s.inner, hidden);
    } else {
        memcpy(hidden, s.inner, cells);
    }
    memcpy(output, hidden, lstm->outputs);
}
