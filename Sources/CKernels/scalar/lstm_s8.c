// One step of an integer LSTM cell: 8-bit activations, 16-bit gates and cell state.
#include "recurrent_dot.h"

#include "lstm_step.h"

#include <math.h>

bool arete_s8_lstm_prepare(arete_s8_lstm *lstm) {
    const float exponent = log2f(lstm->cell_scale);
    lstm->cell_exponent = (int32_t)roundf(exponent);
    if (!(fabsf(exponent - (float)lstm->cell_exponent) < 1e-3f) || lstm->cell_exponent < -15 ||
        lstm->cell_exponent > -9) {
        return false;
    }
    for (size_t g = 0; g < ARETE_LSTM_GATES; g++) {
        arete_s8_lstm_gate *gate = &lstm->gates[g];
        const float input = gate->input_scale * lstm->input.scale / gate->sum_scale;
        const float recurrent = gate->recurrent_scale * lstm->output.scale / gate->sum_scale;
        const float cell = (float)(ldexp(1, lstm->cell_exponent) * gate->cell_scale / gate->sum_scale);
        arete_quantize_multiplier(input, &gate->input_multiplier, &gate->input_shift);
        arete_quantize_multiplier(recurrent, &gate->recurrent_multiplier, &gate->recurrent_shift);
        arete_quantize_multiplier(cell, &gate->cell_multiplier, &gate->cell_shift);
        arete_quantize_multiplier(gate->norm_scale, &gate->norm_multiplier, &gate->norm_shift);
        const int32_t guard = (int32_t)(10000 * gate->norm_scale);
        gate->variance_guard = guard > 1 ? guard : 1;
    }
    const float hidden = (float)(ldexp(1, -15) / lstm->hidden.scale * ldexp(1, -15));
    const float projection = lstm->projection_scale * lstm->hidden.scale / lstm->output.scale;
    arete_quantize_multiplier(hidden, &lstm->hidden_multiplier, &lstm->hidden_shift);
    arete_quantize_multiplier(projection, &lstm->projection_multiplier, &lstm->projection_shift);
    const float cell_clip = lstm->cell_clip / lstm->cell_scale, clip = lstm->projection_clip / lstm->output.scale;
    lstm->quantized_cell_clip = cell_clip > 0 ? (int32_t)fminf(cell_clip, 32767) : 0;
    lstm->quantized_projection_clip = clip > 0 ? (int32_t)fminf(clip, 127) : 0;
    return true;
}

size_t arete_s8_lstm_packed_bytes(const arete_s8_lstm *lstm) {
    const size_t groups = lstm_groups(lstm->inputs) + lstm_groups(lstm->outputs);
    return lstm_panels(lstm) * LSTM_PANEL * (2 * sizeof(int32_t) + groups * LSTM_GROUP);
}

/// Packs a row of n weights as row `row` of `m`. Returns their sum.
static uint32_t pack_row(const lstm_matrix *m, const int8_t *source, size_t n, size_t row, int8_t *weights) {
    int8_t *to = weights + (row / LSTM_PANEL * m->groups * LSTM_PANEL + row % LSTM_PANEL) * LSTM_GROUP;
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        to[i / LSTM_GROUP * LSTM_PANEL * LSTM_GROUP + i % LSTM_GROUP] = source[i];
        sum += (uint32_t)source[i];
    }
    return sum;
}

void arete_s8_lstm_pack(const arete_s8_lstm *lstm, void *packed) {
    memset(packed, 0, arete_s8_lstm_packed_bytes(lstm));
    for (int is_recurrent = 0; is_recurrent < 2; is_recurrent++) {
        const lstm_matrix m = lstm_matrix_of(lstm, packed, is_recurrent);
        const size_t n = is_recurrent ? lstm->outputs : lstm->inputs;
        const int32_t zero_point = is_recurrent ? lstm->output.zero_point : lstm->input.zero_point;
        size_t row = 0;
        for (size_t k = 0; k < ARETE_LSTM_GATES; k++) {
            const arete_s8_lstm_gate *gate = &lstm->gates[lstm_gate_order[k]];
            const int8_t *weights = is_recurrent ? gate->recurrent_weights : gate->input_weights;
            const bool has_bias = !is_recurrent && gate->bias && !gate->norm_weights;
            for (size_t c = 0; gate->input_weights && c < lstm->cells; c++, row++) {
                const uint32_t sum = pack_row(&m, weights + c * n, n, row, (int8_t *)m.weights);
                const uint32_t bias = has_bias ? (uint32_t)gate->bias[c] : 0;
                ((int32_t *)m.base)[row] = (int32_t)(bias - (uint32_t)(zero_point + 128) * sum);
            }
        }
    }
}

size_t arete_s8_lstm_scratch(const arete_s8_lstm *lstm) { return lstm_scratch_bytes(lstm); }

void arete_s8_lstm_step(const arete_s8_lstm *lstm, const void *packed, const int8_t *input, int8_t *hidden,
                        int16_t *cell, int8_t *output, void *scratch) {
    lstm_step(lstm, packed, input, hidden, cell, output, scratch);
}
