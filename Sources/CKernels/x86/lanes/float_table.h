// Floats for bytes: with 512 bits from a table held in 16 registers, with 256 gathered.
#pragma once
#include "arete_table.h"
#include "lookup.h"

#if defined(LANES_VBMI)

typedef struct {
    byte_table place[4]; // one for each byte of a float
} float_table;

LANES_INLINE float_table float_table_load(const float table[256]) {
    float_table t;
    for (int quarter = 0; quarter < 4; quarter++) {
        for (unsigned place = 0; place < 4; place++) {
            __m128i part[4];
            for (int k = 0; k < 4; k++) {
                const __m512i entries = _mm512_loadu_si512(table + 64 * quarter + 16 * k);
                part[k] = _mm512_cvtepi32_epi8(_mm512_srli_epi32(entries, 8 * place));
            }
            const __m256i low = _mm256_set_m128i(part[1], part[0]), high = _mm256_set_m128i(part[3], part[2]);
            t.place[place].part[quarter] = _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
        }
    }
    return t;
}

/// table[x] of 64 bytes, in order: each of a float's bytes is looked up by itself, then they are interleaved.
LANES_INLINE void float_table_look(const float_table *t, bytes x, floats y[4]) {
    // Interleaving takes four neighbours of each 128 bits.
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const bytes i = (bytes)_mm512_permutexvar_epi32(order, (__m512i)x);
    __m512i b[4];
#pragma clang loop unroll(full)
    for (int k = 0; k < 4; k++) b[k] = (__m512i)byte_table_look(&t->place[k], i);
    const __m512i low[2] = {_mm512_unpacklo_epi8(b[0], b[1]), _mm512_unpackhi_epi8(b[0], b[1])};
    const __m512i high[2] = {_mm512_unpacklo_epi8(b[2], b[3]), _mm512_unpackhi_epi8(b[2], b[3])};
#pragma clang loop unroll(full)
    for (int k = 0; k < 2; k++) {
        y[2 * k] = (floats)_mm512_unpacklo_epi16(low[k], high[k]);
        y[2 * k + 1] = (floats)_mm512_unpackhi_epi16(low[k], high[k]);
    }
}

#elif defined(LANES_512)

typedef struct {
    __m512 part[16];
} float_table;

LANES_INLINE float_table float_table_load(const float table[256]) {
    float_table t;
    for (int k = 0; k < 16; k++) t.part[k] = _mm512_loadu_ps(table + 16 * k);
    return t;
}

/// table[x] of 16 integers: eight permutations, of which three bits choose.
LANES_INLINE floats float_table_look_some(const float_table *t, __m128i bytes) {
    const __m512i x = _mm512_cvtepu8_epi32(bytes);
    const __mmask16 b5 = _mm512_test_epi32_mask(x, _mm512_set1_epi32(32));
    const __mmask16 b6 = _mm512_test_epi32_mask(x, _mm512_set1_epi32(64));
    const __mmask16 b7 = _mm512_test_epi32_mask(x, _mm512_set1_epi32(128));
    __m512 part[4];
#pragma clang loop unroll(full)
    for (int k = 0; k < 4; k++) {
        const __m512 *const p = t->part + 4 * k;
        part[k] =
            _mm512_mask_blend_ps(b5, _mm512_permutex2var_ps(p[0], x, p[1]), _mm512_permutex2var_ps(p[2], x, p[3]));
    }
    return (floats)_mm512_mask_blend_ps(b7, _mm512_mask_blend_ps(b6, part[0], part[1]),
                                        _mm512_mask_blend_ps(b6, part[2], part[3]));
}

/// table[x] of 64 bytes, in order.
LANES_INLINE void float_table_look(const float_table *t, bytes x, floats y[4]) {
    y[0] = float_table_look_some(t, _mm512_castsi512_si128((__m512i)x));
    y[1] = float_table_look_some(t, _mm512_extracti32x4_epi32((__m512i)x, 1));
    y[2] = float_table_look_some(t, _mm512_extracti32x4_epi32((__m512i)x, 2));
    y[3] = float_table_look_some(t, _mm512_extracti32x4_epi32((__m512i)x, 3));
}

#else

typedef struct {
    const float *entries;
} float_table;

LANES_INLINE float_table float_table_load(const float table[256]) { return (float_table){table}; }

LANES_INLINE floats float_table_look_some(const float_table *t, __m128i bytes) {
    return (floats)_mm256_i32gather_ps(t->entries, _mm256_cvtepu8_epi32(bytes), 4);
}

/// table[x] of 32 bytes, in order.
LANES_INLINE void float_table_look(const float_table *t, bytes x, floats y[4]) {
    const __m128i low = _mm256_castsi256_si128((__m256i)x), high = _mm256_extracti128_si256((__m256i)x, 1);
    y[0] = float_table_look_some(t, low);
    y[1] = float_table_look_some(t, _mm_srli_si128(low, 8));
    y[2] = float_table_look_some(t, high);
    y[3] = float_table_look_some(t, _mm_srli_si128(high, 8));
}

#endif

#define FLOAT_TABLE(name)                                                                                              \
    void name(const float table[256], const uint8_t *restrict input, size_t count, float *restrict output) {           \
        if (count < 2 * LANE_BYTES) { /* to spread the table takes as long */                                          \
            arete_float_table_apply(table, input, count, output);                                                      \
            return;                                                                                                    \
        }                                                                                                              \
        const float_table t = float_table_load(table);                                                                 \
        size_t i = 0;                                                                                                  \
        for (floats y[4]; i + LANE_BYTES <= count; i += LANE_BYTES) {                                                  \
            float_table_look(&t, bytes_load(input + i), y);                                                            \
            for (size_t k = 0; k < 4; k++) floats_store(output + i + k * LANES, y[k]);                                 \
        }                                                                                                              \
        if (i < count) {                                                                                               \
            floats y[4];                                                                                               \
            float_table_look(&t, bytes_load_some(input + i, count - i), y);                                            \
            for (size_t k = 0; k < 4 && i < count; k++, i += LANES) floats_store_some(output + i, y[k], count - i);    \
        }                                                                                                              \
    }
