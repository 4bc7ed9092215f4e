// One step of recurrent layers in float32, given the products of inputs and states with their weights.
#pragma once
#include "arete_types.h"

typedef enum {
    ARETE_GATE_TANH,
    ARETE_GATE_SIGMOID,
    ARETE_GATE_RELU,
    ARETE_GATE_IDENTITY,
    ARETE_GATE_AFFINE,           // alpha x + beta
    ARETE_GATE_LEAKY_RELU,       // x < 0 ? alpha x : x
    ARETE_GATE_THRESHOLDED_RELU, // x > alpha ? x : 0
    ARETE_GATE_SCALED_TANH,      // alpha tanh(beta x)
    ARETE_GATE_HARD_SIGMOID,     // min(max(alpha x + beta, 0), 1)
    ARETE_GATE_ELU,              // x < 0 ? alpha (exp(x) - 1) : x
    ARETE_GATE_SOFTSIGN,
    ARETE_GATE_SOFTPLUS,
    ARETE_GATE_RELU6,
} arete_gate_kind;

typedef struct {
    arete_gate_kind kind;
    float alpha, beta;
} arete_gate;

/// What the layers share. `gates` has `pitch` elements a row of the batch; hidden states are [batch][hidden]; y, where
/// the step's outputs go (may be null), has y_pitch elements a row. With lengths (one a row, may be null), rows whose
/// length is at most `step` keep their state and put out zeros.
typedef struct {
    size_t hidden, pitch, y_pitch;
    float clip; // gates are clamped to -clip ... clip before their function; 0 for none
    const int32_t *lengths;
    size_t step;
} arete_recurrent_plan;

typedef enum {
    ARETE_GATES_INDEPENDENT,
    ARETE_FORGET_FROM_INPUT, // forget = 1 - input
    ARETE_INPUT_FROM_FORGET, // input = 1 - forget
} arete_gate_coupling;

/// Where the gates lie in a row of `gates` (elements), and what becomes of them. Peepholes [hidden] may be null.
typedef struct {
    arete_recurrent_plan common;
    size_t input, output, forget, cell;
    arete_gate gate, candidate, result; // ONNX's f, g and h
    arete_gate_coupling coupling;
    float cell_clip; // cell states are clamped to -cell_clip ... cell_clip; 0 for none
    const float *input_peephole, *output_peephole, *forget_peephole;
} arete_lstm_plan;

/// Rows begin ..< end: updates the cell and hidden states [batch][hidden] in place.
void arete_lstm_step(const arete_lstm_plan *plan, const float *gates, float *cell, float *hidden, float *y,
                     size_t begin, size_t end);

/// Where update, reset and candidate lie in a row of `gates`. The candidate's part there is the input's alone; what the
/// state adds to it comes in `recurrent` [batch][hidden].
typedef struct {
    arete_recurrent_plan common;
    size_t update, reset, candidate;
    arete_gate gate, result; // ONNX's f and g
    bool linear_before_reset;
} arete_gru_plan;

/// Rows begin ..< end: puts the values of the update and reset gates in their places and, unless reset comes after the
/// product, reset * hidden in `reset_hidden` [batch][hidden] (else it may be null), to be multiplied with the
/// candidate's weights.
void arete_gru_reset(const arete_gru_plan *plan, float *gates, const float *hidden, float *reset_hidden, size_t begin,
                     size_t end);

/// Rows begin ..< end, afterwards: updates the hidden states in place.
void arete_gru_step(const arete_gru_plan *plan, const float *gates, const float *recurrent, float *hidden, float *y,
                    size_t begin, size_t end);

/// Rows begin ..< end of a plain recurrent layer: hidden = gate(gates).
void arete_rnn_step(const arete_recurrent_plan *plan, arete_gate gate, const float *gates, float *hidden, float *y,
                    size_t begin, size_t end);
