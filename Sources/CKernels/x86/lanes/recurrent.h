// What steps of recurrent layers are made of, by vectors: products of weights with a vector, fixed-point products and
// curves.
#pragma once
#include "../../scalar/lstm_packed.h"
#include "requantize.h"
#include "word_curves.h"

LANES_INLINE int32_t recurrent_dot(const int8_t *weights, const int8_t *x, int32_t zero_point, size_t n) {
    const bytes flip = bytes_of(0x80), ones = bytes_of(1);
    ints products = ints_of(0), total = ints_of(0);
    for (size_t i = 0; i < n; i += LANE_BYTES) {
        const size_t left = n - i;
        const bytes w = bytes_load_some(weights + i, left);
        const bytes a = bytes_load_some(x + i, left);
        products = bytes_dot(products, a ^ flip, w);
        total = bytes_dot(total, ones, w);
    }
    const __m128i p = ints_folded(products), t = ints_folded(total);
    const __m128i pairs = _mm_add_epi32(_mm_unpacklo_epi32(p, t), _mm_unpackhi_epi32(p, t));
    const __m128i both = _mm_add_epi32(pairs, _mm_unpackhi_epi64(pairs, pairs));
    const uint32_t weight_sum = (uint32_t)_mm_extract_epi32(both, 1);
    return (int32_t)((uint32_t)_mm_cvtsi128_si32(both) - (uint32_t)(zero_point + 128) * weight_sum);
}

/// Most rows of a call of the functions below.
enum { RECURRENT_ROWS = 4 };

LANES_INLINE void recurrent_sums(const ints x[RECURRENT_ROWS], int32_t *sums) {
    const __m128i front = _mm_hadd_epi32(ints_folded(x[0]), ints_folded(x[1]));
    const __m128i back = _mm_hadd_epi32(ints_folded(x[2]), ints_folded(x[3]));
    _mm_storeu_si128((__m128i *)(void *)sums, _mm_hadd_epi32(front, back));
}

/// The same of `rows` rows of weights that lie one after the other.
LANES_INLINE void recurrent_dots(const int8_t *weights, const int8_t *x, int32_t zero_point, size_t n, size_t rows,
                                 int32_t *sums) {
    ints products[RECURRENT_ROWS];
    for (size_t r = 0; r < RECURRENT_ROWS; r++) {
        products[r] = ints_of(0);
    }
    for (size_t i = 0; i < n; i += LANE_BYTES) {
        const size_t left = n - i < LANE_BYTES ? n - i : LANE_BYTES;
        const level_bytes a = level_bytes_of(bytes_load_some(x + i, left), zero_point);
        for (size_t r = 0; r < RECURRENT_ROWS; r++) {
            const bytes w = bytes_load_some(weights + (r < rows ? r : 0) * n + i, left);
            products[r] = level_bytes_dot(products[r], a, w);
        }
    }
    recurrent_sums(products, sums);
}

/// Sums of `rows` rows of words of a times those of b.
LANES_INLINE void recurrent_word_dots(const int16_t *a, const int16_t *b, size_t n, size_t rows, int32_t *sums) {
    ints products[RECURRENT_ROWS];
    for (size_t r = 0; r < RECURRENT_ROWS; r++) {
        products[r] = ints_of(0);
        const size_t row = (r < rows ? r : 0) * n;
        for (size_t i = 0; i < n; i += 2 * LANES) {
            const size_t left = n - i < 2 * LANES ? n - i : 2 * LANES;
            products[r] +=
                words_dot((ints)bytes_load_some(a + row + i, 2 * left), (ints)bytes_load_some(b + row + i, 2 * left));
        }
    }
    recurrent_sums(products, sums);
}

/// Sums of some panels of packed weights times levels without sign.
LANES_INLINE void recurrent_panel_sums(const lstm_matrix *m, size_t first, const size_t count, const uint8_t *levels,
                                       int32_t *sums) {
    const size_t pitch = m->groups * LSTM_PANEL * LSTM_GROUP;
    const int8_t *weights = m->weights + first * pitch;
    panel_sums panels[PANELS_AT_ONCE];
    for (size_t p = 0; p < count; p++) {
        panels[p] = panel_sums_none();
    }
    for (size_t g = 0; g < m->groups; g++) {
        int32_t four;
        memcpy(&four, levels + g * LSTM_GROUP, sizeof four);
        const bytes group = panel_levels(four);
        for (size_t p = 0; p < count; p++) {
            panel_sums_add(&panels[p], group, weights + p * pitch + g * LSTM_PANEL * LSTM_GROUP);
        }
    }
    for (size_t p = 0; p < count; p++) {
        const size_t row = (first + p) * LSTM_PANEL;
        panel_sums_store(panels[p], m->base + row, sums + row);
    }
}

LANES_INLINE void recurrent_panels(const lstm_matrix *m, const uint8_t *levels, int32_t *sums) {
    size_t first = 0;
    for (; first + PANELS_AT_ONCE <= m->panels; first += PANELS_AT_ONCE) {
        recurrent_panel_sums(m, first, PANELS_AT_ONCE, levels, sums);
    }
    for (; first < m->panels; first++) {
        recurrent_panel_sums(m, first, 1, levels, sums);
    }
}

/// The values of a gate, of whole vectors of at least `count`: both sums, each times a fixed-point number, with
/// saturation.
LANES_INLINE void recurrent_gate(const arete_s8_lstm_gate *gate, const int32_t *input, const int32_t *recurrent,
                                 size_t count, int16_t *values) {
    const fixed_factors first = fixed_factors_of(ints_of(gate->input_multiplier), ints_of(gate->input_shift));
    const fixed_factors second = fixed_factors_of(ints_of(gate->recurrent_multiplier), ints_of(gate->recurrent_shift));
    const ints low = ints_of(INT16_MIN), high = ints_of(INT16_MAX), bound = ints_of(1 << 17);
    for (size_t i = 0; i < count; i += 2 * LANES) {
        ints y[2];
        for (size_t k = 0; k < 2; k++) {
            const ints a = multiplied_fixed(ints_load(input + i + k * LANES), first);
            const ints b = multiplied_fixed(ints_load(recurrent + i + k * LANES), second);
            y[k] = ints_minimum(ints_maximum(a, low), high) + ints_minimum(ints_maximum(b, -bound), bound);
        }
        bytes_store(values + i, ints_as_words(y[0], y[1], 1));
    }
}

/// Multiplies whole vectors of at least `count` values by a fixed-point number.
LANES_INLINE void recurrent_scale(int32_t *values, size_t count, int32_t multiplier, int32_t shift) {
    const fixed_factors factors = fixed_factors_of(ints_of(multiplier), ints_of(shift));
    for (size_t i = 0; i < count; i += LANES) {
        ints_store(values + i, multiplied_fixed(ints_load(values + i), factors));
    }
}

/// Logistic function or tanh of whole vectors of at least `count` values with `integer_bits` integer bits.
LANES_INLINE void recurrent_curve(int16_t *values, size_t count, bool is_tanh, int32_t integer_bits) {
    for (size_t i = 0; i < count; i += 2 * LANES) {
        const words x = (words)bytes_load(values + i);
        bytes_store(values + i, (bytes)(is_tanh ? words_tanh(x, integer_bits) : words_logistic(x, integer_bits)));
    }
}

/// Products of `rows` rows of floats that lie one after the other with x: eight interleaved sums each, in one order
/// everywhere.
LANES_INLINE void recurrent_float_dots(const float *weights, const float *x, size_t n, size_t rows, float *sums) {
    static const int32_t mask[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
    __m256 parts[RECURRENT_ROWS];
    for (size_t r = 0; r < RECURRENT_ROWS; r++) {
        parts[r] = _mm256_setzero_ps();
    }
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const __m256 a = _mm256_loadu_ps(x + i);
        for (size_t r = 0; r < RECURRENT_ROWS; r++) {
            const __m256 w = _mm256_loadu_ps(weights + (r < rows ? r : 0) * n + i);
            parts[r] = _mm256_add_ps(parts[r], _mm256_mul_ps(a, w));
        }
    }
    if (i < n) {
        const __m256i some = _mm256_loadu_si256((const __m256i *)(const void *)(mask + 8 - (n - i)));
        const __m256 a = _mm256_maskload_ps(x + i, some);
        for (size_t r = 0; r < RECURRENT_ROWS; r++) {
            const __m256 w = _mm256_maskload_ps(weights + (r < rows ? r : 0) * n + i, some);
            parts[r] = _mm256_add_ps(parts[r], _mm256_mul_ps(a, w));
        }
    }
    __m128 halves[RECURRENT_ROWS];
    for (size_t r = 0; r < RECURRENT_ROWS; r++) {
        halves[r] = _mm_add_ps(_mm256_castps256_ps128(parts[r]), _mm256_extractf128_ps(parts[r], 1));
    }
    const __m128 front = _mm_hadd_ps(halves[0], halves[1]), back = _mm_hadd_ps(halves[2], halves[3]);
    _mm_storeu_ps(sums, _mm_hadd_ps(front, back));
}
