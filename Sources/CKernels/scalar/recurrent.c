// Steps of LSTM, GRU, plain recurrent and SVDF layers.
#include "arete_recurrent.h"
#include "vector_math.h"
#include <math.h>
#include <string.h>

static float gate_value(arete_gate gate, float clip, float x) {
    if (clip > 0) x = x < -clip ? -clip : x > clip ? clip : x;
    switch (gate.kind) {
    case ARETE_GATE_TANH:
        return arete_tanh_f32(x);
    case ARETE_GATE_SIGMOID:
        return 1 / (1 + arete_exp_f32(-x));
    case ARETE_GATE_RELU:
        return x < 0 ? 0 : x;
    case ARETE_GATE_AFFINE:
        return gate.alpha * x + gate.beta;
    case ARETE_GATE_LEAKY_RELU:
        return x < 0 ? gate.alpha * x : x;
    case ARETE_GATE_THRESHOLDED_RELU:
        return x > gate.alpha ? x : 0;
    case ARETE_GATE_SCALED_TANH:
        return gate.alpha * arete_tanh_f32(gate.beta * x);
    case ARETE_GATE_HARD_SIGMOID:
        return fminf(fmaxf(gate.alpha * x + gate.beta, 0), 1);
    case ARETE_GATE_ELU:
        return x < 0 ? gate.alpha * expm1f(x) : x;
    case ARETE_GATE_SOFTSIGN:
        return x / (1 + fabsf(x));
    case ARETE_GATE_SOFTPLUS:
        return x > 0 ? x + log1pf(expf(-x)) : log1pf(expf(x));
    case ARETE_GATE_RELU6:
        return x < 0 ? 0 : x > 6 ? 6 : x;
    case ARETE_GATE_IDENTITY:
        break;
    }
    return x;
}

/// Whether the row's sequence is over; its output is then zero.
static bool is_over(const arete_recurrent_plan *plan, size_t row, float *y) {
    if (plan->lengths == NULL || (plan->lengths[row] > 0 && (size_t)plan->lengths[row] > plan->step)) return false;
    if (y != NULL) memset(y + row * plan->y_pitch, 0, plan->hidden * sizeof *y);
    return true;
}

void arete_lstm_step(const arete_lstm_plan *plan, const float *gates, float *cell, float *hidden, float *y,
                     size_t begin, size_t end) {
    const arete_recurrent_plan *const common = &plan->common;
    const size_t n = common->hidden;
    for (size_t row = begin; row < end; row++) {
        if (is_over(common, row, y)) continue;
        const float *const g = gates + row * common->pitch;
        for (size_t j = 0; j < n; j++) {
            const float state = cell[row * n + j];
            const float input_peep = plan->input_peephole == NULL ? 0 : plan->input_peephole[j] * state;
            const float forget_peep = plan->forget_peephole == NULL ? 0 : plan->forget_peephole[j] * state;
            float input = 0, forget = 0;
            if (plan->coupling != ARETE_INPUT_FROM_FORGET) {
                input = gate_value(plan->gate, common->clip, g[plan->input + j] + input_peep);
            }
            if (plan->coupling != ARETE_FORGET_FROM_INPUT) {
                forget = gate_value(plan->gate, common->clip, g[plan->forget + j] + forget_peep);
            }
            if (plan->coupling == ARETE_INPUT_FROM_FORGET) input = 1 - forget;
            if (plan->coupling == ARETE_FORGET_FROM_INPUT) forget = 1 - input;
            const float candidate = gate_value(plan->candidate, common->clip, g[plan->cell + j]);
            float next = forget * state + input * candidate;
            const float limit = plan->cell_clip;
            if (limit > 0) next = next < -limit ? -limit : next > limit ? limit : next;
            const float output_peep = plan->output_peephole == NULL ? 0 : plan->output_peephole[j] * next;
            const float output = gate_value(plan->gate, common->clip, g[plan->output + j] + output_peep);
            const float result = output * gate_value(plan->result, 0, next);
            cell[row * n + j] = next;
            hidden[row * n + j] = result;
            if (y != NULL) y[row * common->y_pitch + j] = result;
        }
    }
}

void arete_gru_reset(const arete_gru_plan *plan, float *gates, const float *hidden, float *reset_hidden, size_t begin,
                     size_t end) {
    const arete_recurrent_plan *const common = &plan->common;
    const size_t n = common->hidden;
    for (size_t row = begin; row < end; row++) {
        float *const g = gates + row * common->pitch;
        for (size_t j = 0; j < n; j++) {
            g[plan->update + j] = gate_value(plan->gate, common->clip, g[plan->update + j]);
            g[plan->reset + j] = gate_value(plan->gate, common->clip, g[plan->reset + j]);
            if (!plan->linear_before_reset) reset_hidden[row * n + j] = g[plan->reset + j] * hidden[row * n + j];
        }
    }
}

void arete_gru_step(const arete_gru_plan *plan, const float *gates, const float *recurrent, float *hidden, float *y,
                    size_t begin, size_t end) {
    const arete_recurrent_plan *const common = &plan->common;
    const size_t n = common->hidden;
    for (size_t row = begin; row < end; row++) {
        if (is_over(common, row, y)) continue;
        const float *const g = gates + row * common->pitch;
        for (size_t j = 0; j < n; j++) {
            const float reset = plan->linear_before_reset ? g[plan->reset + j] : 1;
            const float sum = g[plan->candidate + j] + reset * recurrent[row * n + j];
            const float candidate = gate_value(plan->result, common->clip, sum), update = g[plan->update + j];
            const float result = (1 - update) * candidate + update * hidden[row * n + j];
            hidden[row * n + j] = result;
            if (y != NULL) y[row * common->y_pitch + j] = result;
        }
    }
}

void arete_rnn_step(const arete_recurrent_plan *plan, arete_gate gate, const float *gates, float *hidden, float *y,
                    size_t begin, size_t end) {
    for (size_t row = begin; row < end; row++) {
        if (is_over(plan, row, y)) continue;
        for (size_t j = 0; j < plan->hidden; j++) {
            const float result = gate_value(gate, plan->clip, gates[row * plan->pitch + j]);
            hidden[row * plan->hidden + j] = result;
            if (y != NULL) y[row * plan->y_pitch + j] = result;
        }
    }
}
