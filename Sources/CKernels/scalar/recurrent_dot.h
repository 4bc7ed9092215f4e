// What steps of recurrent layers are made of: products of weights with a vector, fixed-point products and curves.
#pragma once
#include "fixed_point16.h"
#include "lstm_packed.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline int32_t recurrent_dot(const int8_t *restrict weights, const int8_t *restrict x, int32_t zero_point,
                                    size_t n) {
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (uint32_t)(weights[i] * (x[i] - zero_point));
    }
    return (int32_t)sum;
}

/// Most rows of a call of the functions below.
enum { RECURRENT_ROWS = 4 };

/// The same of `rows` rows of weights that lie one after the other.
static inline void recurrent_dots(const int8_t *weights, const int8_t *x, int32_t zero_point, size_t n, size_t rows,
                                  int32_t *sums) {
    for (size_t r = 0; r < rows; r++) {
        sums[r] = recurrent_dot(weights + r * n, x, zero_point, n);
    }
}

/// Sums of `rows` rows of words of a times those of b.
static inline void recurrent_word_dots(const int16_t *restrict a, const int16_t *restrict b, size_t n, size_t rows,
                                       int32_t *sums) {
    for (size_t r = 0; r < rows; r++, a += n, b += n) {
        uint32_t sum = 0;
        for (size_t i = 0; i < n; i++) {
            sum += (uint32_t)(a[i] * b[i]);
        }
        sums[r] = (int32_t)sum;
    }
}

/// Sums of packed weights times levels without sign.
static inline void recurrent_panels(const lstm_matrix *m, const uint8_t *restrict levels, int32_t *restrict sums) {
    const int8_t *restrict weights = m->weights;
    for (size_t panel = 0; panel < m->panels; panel++, sums += LSTM_PANEL) {
        memcpy(sums, m->base + panel * LSTM_PANEL, LSTM_PANEL * sizeof *sums);
        for (size_t g = 0; g < m->groups; g++, weights += LSTM_PANEL * LSTM_GROUP) {
            for (size_t r = 0; r < LSTM_PANEL; r++) {
                for (size_t i = 0; i < LSTM_GROUP; i++) {
                    sums[r] = (int32_t)((uint32_t)sums[r] +
                                        (uint32_t)(weights[r * LSTM_GROUP + i] * levels[g * LSTM_GROUP + i]));
                }
            }
        }
    }
}

/// The values of a gate: both sums, each times a fixed-point number, with saturation.
static inline void recurrent_gate(const arete_s8_lstm_gate *gate, const int32_t *input, const int32_t *recurrent,
                                  size_t count, int16_t *values) {
    for (size_t i = 0; i < count; i++) {
        const int32_t first = arete_multiply_fixed(input[i], gate->input_multiplier, gate->input_shift);
        const int32_t second = arete_multiply_fixed(recurrent[i], gate->recurrent_multiplier, gate->recurrent_shift);
        values[i] = (int16_t)fixed16_saturate(fixed16_saturate(first) + arete_clamp(second, -(1 << 17), 1 << 17));
    }
}

/// Multiplies values by a fixed-point number.
static inline void recurrent_scale(int32_t *values, size_t count, int32_t multiplier, int32_t shift) {
    for (size_t i = 0; i < count; i++) {
        values[i] = arete_multiply_fixed(values[i], multiplier, shift);
    }
}

/// Logistic function or tanh of values with `integer_bits` integer bits.
static inline void recurrent_curve(int16_t *values, size_t count, bool is_tanh, int32_t integer_bits) {
    for (size_t i = 0; i < count; i++) {
        values[i] =
            (int16_t)(is_tanh ? fixed16_tanh(values[i], integer_bits) : fixed16_logistic(values[i], integer_bits));
    }
}

static inline float recurrent_float_dot(const float *restrict a, const float *restrict b, size_t n) {
    enum { LANES = 8 };
    float lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t l = 0; l < LANES; l++) lanes[l] += a[i + l] * b[i + l];
    }
    if (i < n) {
        // Padded, so that the lanes can stay in registers.
        float rest_a[LANES] = {0}, rest_b[LANES] = {0};
        memcpy(rest_a, a + i, (n - i) * sizeof(float));
        memcpy(rest_b, b + i, (n - i) * sizeof(float));
        for (size_t l = 0; l < LANES; l++) lanes[l] += rest_a[l] * rest_b[l];
    }
    return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

/// Products of `rows` rows of floats that lie one after the other with x: eight interleaved sums each, in one order
/// everywhere.
static inline void recurrent_float_dots(const float *weights, const float *x, size_t n, size_t rows, float *sums) {
    for (size_t r = 0; r < rows; r++) {
        sums[r] = recurrent_float_dot(weights + r * n, x, n);
    }
}
