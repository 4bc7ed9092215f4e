// Floats for bytes: with 512 bits from a table held in 16 registers, eight permutations of which three bits choose.
#pragma once
#include "arete_table.h"

#if defined(LANES_512)

LANES_INLINE floats float_table_look(const __m512 t[16], __m512i x) {
    const __mmask16 b5 = _mm512_test_epi32_mask(x, _mm512_set1_epi32(32));
    const __mmask16 b6 = _mm512_test_epi32_mask(x, _mm512_set1_epi32(64));
    const __mmask16 b7 = _mm512_test_epi32_mask(x, _mm512_set1_epi32(128));
    __m512 part[4];
#pragma clang loop unroll(full)
    for (int k = 0; k < 4; k++) {
        part[k] = _mm512_mask_blend_ps(b5, _mm512_permutex2var_ps(t[4 * k], x, t[4 * k + 1]),
                                       _mm512_permutex2var_ps(t[4 * k + 2], x, t[4 * k + 3]));
    }
    return (floats)_mm512_mask_blend_ps(b7, _mm512_mask_blend_ps(b6, part[0], part[1]),
                                        _mm512_mask_blend_ps(b6, part[2], part[3]));
}

#define FLOAT_TABLE(name)                                                                                              \
    void name(const float table[256], const uint8_t *restrict input, size_t count, float *restrict output) {           \
        __m512 t[16];                                                                                                  \
        for (int k = 0; k < 16; k++) t[k] = _mm512_loadu_ps(table + 16 * k);                                           \
        size_t i = 0;                                                                                                  \
        for (; i + LANES <= count; i += LANES) {                                                                       \
            floats_store(output + i, float_table_look(t, (__m512i)ints_load_bytes(input + i, LANES, 0)));              \
        }                                                                                                              \
        if (i < count) {                                                                                               \
            const ints x = ints_load_bytes(input + i, count - i, 0);                                                   \
            floats_store_some(output + i, float_table_look(t, (__m512i)x), count - i);                                 \
        }                                                                                                              \
    }

#endif
