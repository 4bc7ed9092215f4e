// Recurrent layers: SVDF and the LSTM cell, with 8-bit activations and 16-bit state, or in floats with float or int8
// weights.
#pragma once
#include "arete_quantized.h"
#include "arete_types.h"

/// SVDF: each filter's response to the input enters a memory; the memories' weighted sums, `rank` filters a unit, are
/// the outputs. Fixed point.
typedef struct {
    size_t batch, inputs, filters, rank, memory; // filters = units * rank
    int32_t input_zero_point;
    int32_t feature_multiplier, feature_shift; // input scale * feature weight scale / state scale
    int32_t time_multiplier, time_shift;       // state scale * time weight scale / output scale
    int32_t output_zero_point;
} arete_s8_svdf;

/// Multipliers of the scales, and the zero points.
ARETE_AT_LOAD void arete_s8_svdf_prepare(arete_s8_svdf *svdf, arete_affine input, float feature_scale,
                                         float state_scale, float time_scale, arete_affine output);

/// One step. `features` [filters][inputs], `times` [filters][memory], `bias` [units] or NULL,
/// `state` [batch][filters][memory] (moves on by one), `output` [batch][units].
void arete_s8_svdf_step(const arete_s8_svdf *svdf, const int8_t *input, const int8_t *features, const int16_t *times,
                        const int32_t *bias, int16_t *state, int8_t *output);

enum { ARETE_LSTM_INPUT = 0, ARETE_LSTM_FORGET = 1, ARETE_LSTM_CELL = 2, ARETE_LSTM_OUTPUT = 3, ARETE_LSTM_GATES = 4 };

/// One gate of an integer LSTM; weights that the layer lacks are NULL.
typedef struct {
    const int8_t *input_weights;                                // [cells][inputs]
    const int8_t *recurrent_weights;                            // [cells][outputs]
    const int16_t *cell_weights;                                // [cells], from the cell state
    const int16_t *norm_weights;                                // [cells], of layer normalization
    const int32_t *bias;                                        // [cells]
    float input_scale, recurrent_scale, cell_scale, norm_scale; // of those weights
    float sum_scale;                                            // of the gate before its normalization
    int32_t input_multiplier, input_shift, recurrent_multiplier, recurrent_shift;
    int32_t cell_multiplier, cell_shift, norm_multiplier, norm_shift, variance_guard;
} arete_s8_lstm_gate;

typedef struct {
    size_t inputs, cells, outputs;
    arete_s8_lstm_gate gates[ARETE_LSTM_GATES]; // without input weights, the input gate is 1 - the forget gate
    const int8_t *projection_weights;           // [outputs][cells] or NULL (outputs == cells)
    const int32_t *projection_bias;             // [outputs] or NULL
    float projection_scale;
    arete_affine input, output, hidden; // hidden: before the projection; without one the outputs' own
    float cell_scale;                   // of the cell state, a power of two
    float cell_clip, projection_clip;   // 0: none
    int32_t cell_exponent, quantized_cell_clip, quantized_projection_clip;
    int32_t hidden_multiplier, hidden_shift, projection_multiplier, projection_shift;
} arete_s8_lstm;

/// Fills in the multipliers, exponents and clips from the scales. False where the cell scale is not a power of two of
/// 2^-15 ... 2^-9.
ARETE_AT_LOAD bool arete_s8_lstm_prepare(arete_s8_lstm *lstm);

/// Bytes of scratch of one step.
size_t arete_s8_lstm_scratch(const arete_s8_lstm *lstm);

/// Bytes of the weights and biases as steps read them.
size_t arete_s8_lstm_packed_bytes(const arete_s8_lstm *lstm);

/// Writes them to `packed`, which begins at a multiple of 64 bytes. Complexity: O(weights).
void arete_s8_lstm_pack(const arete_s8_lstm *lstm, void *packed);

/// One step of one sequence by the packed weights: `input` [inputs], `hidden` [outputs] and `cell` [cells] are the
/// state, which moves on; `output` [outputs] gets the new hidden state. Fixed point.
void arete_s8_lstm_step(const arete_s8_lstm *lstm, const void *packed, const int8_t *input, int8_t *hidden,
                        int16_t *cell, int8_t *output, void *scratch);

/// Activations inside float recurrent layers.
typedef enum {
    ARETE_RECURRENT_NONE = 0,
    ARETE_RECURRENT_RELU = 1,
    ARETE_RECURRENT_RELU_N1 = 2,
    ARETE_RECURRENT_RELU6 = 3,
    ARETE_RECURRENT_TANH = 4,
    ARETE_RECURRENT_LOGISTIC = 5,
} arete_recurrent_activation;

/// How matrices meet vectors in float recurrent layers.
typedef enum {
    ARETE_RECURRENT_FLOAT = 0,             // float weights
    ARETE_RECURRENT_HYBRID = 1,            // int8 weights; vectors quantized at run time about zero
    ARETE_RECURRENT_HYBRID_ASYMMETRIC = 2, // the same with a zero point of their own
} arete_recurrent_form;

/// Float SVDF; `features` are float or int8 by `form`, with one scale.
typedef struct {
    size_t batch, inputs, filters, rank, memory;
    arete_recurrent_form form;
    float feature_scale; // of int8 features
    arete_recurrent_activation activation;
} arete_f32_svdf;

/// Bytes of scratch of one step.
size_t arete_f32_svdf_scratch(const arete_f32_svdf *svdf);

/// One step, shapes as for arete_s8_svdf_step.
void arete_f32_svdf_step(const arete_f32_svdf *svdf, const float *input, const void *features, const float *times,
                         const float *bias, float *state, float *output, void *scratch);

/// One gate of a float LSTM; weights that the layer lacks are NULL.
typedef struct {
    const void *input_weights, *recurrent_weights; // float or int8 by the layer's form
    const float *cell_weights, *norm_weights, *bias;
    float input_scale, recurrent_scale; // of int8 weights
} arete_f32_lstm_gate;

typedef struct {
    size_t inputs, cells, outputs;
    arete_recurrent_form form;
    arete_recurrent_activation activation;       // of the cell gate and of the cell state
    arete_f32_lstm_gate gates[ARETE_LSTM_GATES]; // without input weights, the input gate is 1 - the forget gate
    const void *projection_weights;              // float or int8, or NULL (outputs == cells)
    const float *projection_bias;
    float projection_scale;
    float cell_clip, projection_clip; // 0: none
} arete_f32_lstm;

size_t arete_f32_lstm_scratch(const arete_f32_lstm *lstm);

/// One step of one sequence, shapes as for arete_s8_lstm_step.
void arete_f32_lstm_step(const arete_f32_lstm *lstm, const float *input, float *hidden, float *cell, float *output,
                         void *scratch);
