// Means under softmax distributions of bytes, as many rows at a time as a vector has bytes: one bin of all of them.
#pragma once
#include "arete_expectation.h"
#include "float_table.h"

enum { EXPECTATION_ROWS = LANE_BYTES, EXPECTATION_BINS = 64 };

#if defined(LANES_512)
// Sixteen vectors of four rows of 16 bytes as sixteen of the bytes of 64 rows. Interleaving the first half of the
// vectors with the second four times exchanges vectors and bytes within each 128 bits; then rows are brought into their
// order.
LANES_INLINE void expectation_transpose(bytes rows[16]) {
    __m512i v[16], t[16];
    for (int i = 0; i < 16; i++) v[i] = (__m512i)rows[i];
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < 8; i++) {
            t[2 * i] = _mm512_unpacklo_epi8(v[i], v[i + 8]);
            t[2 * i + 1] = _mm512_unpackhi_epi8(v[i], v[i + 8]);
        }
        for (int i = 0; i < 8; i++) {
            v[2 * i] = _mm512_unpacklo_epi8(t[i], t[i + 8]);
            v[2 * i + 1] = _mm512_unpackhi_epi8(t[i], t[i + 8]);
        }
    }
    const __m512i quarters = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const __m512i within = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    for (int i = 0; i < 16; i++) {
        rows[i] = (bytes)_mm512_shuffle_epi8(_mm512_permutexvar_epi32(quarters, v[i]), within);
    }
}

#else

// Sixteen vectors of two rows of 16 bytes as sixteen of the bytes of 32 rows, in the same way.
LANES_INLINE void expectation_transpose(bytes rows[16]) {
    __m256i v[16], t[16];
    for (int i = 0; i < 16; i++) v[i] = (__m256i)rows[i];
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < 8; i++) {
            t[2 * i] = _mm256_unpacklo_epi8(v[i], v[i + 8]);
            t[2 * i + 1] = _mm256_unpackhi_epi8(v[i], v[i + 8]);
        }
        for (int i = 0; i < 8; i++) {
            v[2 * i] = _mm256_unpacklo_epi8(t[i], t[i + 8]);
            v[2 * i + 1] = _mm256_unpackhi_epi8(t[i], t[i + 8]);
        }
    }
    for (int i = 0; i < 16; i++) {
        const __m128i low = _mm256_castsi256_si128(v[i]), high = _mm256_extracti128_si256(v[i], 1);
        rows[i] = (bytes)_mm256_set_m128i(_mm_unpackhi_epi8(low, high), _mm_unpacklo_epi8(low, high));
    }
}

#endif

static inline const uint8_t *expectation_row(const arete_expectation *plan, const uint8_t *x, size_t row) {
    return x + row / plan->run * plan->pitch + row % plan->run * plan->bins;
}

/// The bytes of `count` rows from `row` on, bin by bin.
static inline void expectation_columns(const arete_expectation *plan, const uint8_t *x, size_t row, size_t count,
                                       uint8_t columns[][EXPECTATION_ROWS]) {
    enum { TOGETHER = LANE_BYTES / 16 };
    if (plan->bins == 16 && count == EXPECTATION_ROWS && plan->run % TOGETHER == 0 && row % TOGETHER == 0) {
        bytes v[16];
        for (size_t i = 0; i < 16; i++) v[i] = bytes_load(expectation_row(plan, x, row + TOGETHER * i));
        expectation_transpose(v);
        for (size_t i = 0; i < 16; i++) bytes_store(columns[i], v[i]);
        return;
    }
    for (size_t r = 0; r < count; r++) {
        const uint8_t *const from = expectation_row(plan, x, row + r);
        for (size_t i = 0; i < plan->bins; i++) columns[i][r] = from[i];
    }
}

#define EXPECTATION(name)                                                                                              \
    void name(const arete_expectation *plan, const uint8_t *x, float *y, size_t begin, size_t end) {                   \
        if (plan->bins > EXPECTATION_BINS) {                                                                           \
            arete_expectation_rows(plan, x, y, begin, end);                                                            \
            return;                                                                                                    \
        }                                                                                                              \
        const float_table powers = float_table_load(plan->powers);                                                     \
        const bytes flip = bytes_of(plan->flip);                                                                       \
        _Alignas(64) uint8_t columns[EXPECTATION_BINS][EXPECTATION_ROWS] = {{0}};                                      \
        for (size_t row = begin, count; row < end; row += count) {                                                     \
            count = end - row < EXPECTATION_ROWS ? end - row : EXPECTATION_ROWS;                                       \
            expectation_columns(plan, x, row, count, columns);                                                         \
            bytes greatest = bytes_of(0);                                                                              \
            for (size_t i = 0; i < plan->bins; i++) {                                                                  \
                greatest = bytes_maximum(greatest, bytes_load(columns[i]) ^ flip);                                     \
            }                                                                                                          \
            floats sum[4] = {{0}}, total[4] = {{0}};                                                                   \
            for (size_t i = 0; i < plan->bins; i++) {                                                                  \
                floats power[4];                                                                                       \
                float_table_look(&powers, greatest - (bytes_load(columns[i]) ^ flip), power);                          \
                const floats weight = floats_of(plan->weights[i]);                                                     \
                for (int k = 0; k < 4; k++) sum[k] += weight * power[k];                                               \
                for (int k = 0; k < 4; k++) total[k] += power[k];                                                      \
            }                                                                                                          \
            for (size_t k = 0; k < 4 && k * LANES < count; k++) {                                                      \
                floats_store_some(y + row + k * LANES, sum[k] / total[k], count - k * LANES);                          \
            }                                                                                                          \
        }                                                                                                              \
    }
