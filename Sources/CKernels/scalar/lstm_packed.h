// The weights of an integer LSTM as its steps read them. The rows of all gates follow each other and come in panels;
// of a panel's rows four weights each lie together for four inputs, first the panels that meet the input, then those
// that meet the hidden state.
#pragma once
#include "arete_quantized_recurrent.h"

enum { LSTM_PANEL = 16, LSTM_GROUP = 4 };

// The gates with a logistic function lie together.
static const size_t lstm_gate_order[ARETE_LSTM_GATES] = {ARETE_LSTM_INPUT, ARETE_LSTM_FORGET, ARETE_LSTM_OUTPUT,
                                                         ARETE_LSTM_CELL};

typedef struct {
    size_t panels, groups;
    const int32_t
        *base; // [panels][LSTM_PANEL], what each sum begins with: the bias, and what unsigned inputs add too much
    const int8_t *weights; // [panels][groups][LSTM_PANEL][LSTM_GROUP]
} lstm_matrix;

static inline bool lstm_has_gate(const arete_s8_lstm *lstm, size_t gate) {
    return lstm->gates[gate].input_weights != NULL;
}

static inline size_t lstm_panels(const arete_s8_lstm *lstm) {
    size_t rows = 0;
    for (size_t g = 0; g < ARETE_LSTM_GATES; g++) {
        rows += lstm_has_gate(lstm, g) ? lstm->cells : 0;
    }
    return (rows + LSTM_PANEL - 1) / LSTM_PANEL;
}

static inline size_t lstm_groups(size_t n) { return (n + LSTM_GROUP - 1) / LSTM_GROUP; }

/// The part of `packed` that meets the input or the hidden state.
static inline lstm_matrix lstm_matrix_of(const arete_s8_lstm *lstm, const void *packed, bool is_recurrent) {
    const size_t panels = lstm_panels(lstm), input_groups = lstm_groups(lstm->inputs);
    const int32_t *base = packed;
    const int8_t *weights = (const int8_t *)(base + 2 * panels * LSTM_PANEL);
    if (!is_recurrent) {
        return (lstm_matrix){panels, input_groups, base, weights};
    }
    return (lstm_matrix){panels, lstm_groups(lstm->outputs), base + panels * LSTM_PANEL,
                         weights + panels * input_groups * LSTM_PANEL * LSTM_GROUP};
}
