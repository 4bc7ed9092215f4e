// Tables of 512 steps of 16-bit functions, with interpolation between the steps.
#pragma once
#include "arete_table.h"

#if defined(LANES_512)

typedef struct {
    __m512i entries[16], slopes[16];
} word_table;

LANES_INLINE word_table word_table_of(const int16_t table[513]) {
    word_table t;
    for (int k = 0; k < 16; k++) {
        t.entries[k] = _mm512_loadu_si512(table + 32 * k);
        t.slopes[k] = _mm512_sub_epi16(_mm512_loadu_si512(table + 32 * k + 1), t.entries[k]);
    }
    return t;
}

/// The words at `steps` of 512: eight permutations, of which three bits choose.
LANES_INLINE __m512i word_table_words(const __m512i part[16], __m512i steps) {
    const __mmask32 b6 = _mm512_test_epi16_mask(steps, _mm512_set1_epi16(64));
    const __mmask32 b7 = _mm512_test_epi16_mask(steps, _mm512_set1_epi16(128));
    const __mmask32 b8 = _mm512_test_epi16_mask(steps, _mm512_set1_epi16(256));
    __m512i quarter[4];
#pragma clang loop unroll(full)
    for (int k = 0; k < 4; k++) {
        const __m512i *const p = part + 4 * k;
        quarter[k] = _mm512_mask_blend_epi16(b6, _mm512_permutex2var_epi16(p[0], steps, p[1]),
                                             _mm512_permutex2var_epi16(p[2], steps, p[3]));
    }
    return _mm512_mask_blend_epi16(b8, _mm512_mask_blend_epi16(b7, quarter[0], quarter[1]),
                                   _mm512_mask_blend_epi16(b7, quarter[2], quarter[3]));
}

/// The function of a vector of words.
LANES_INLINE ints word_table_look(const word_table *t, ints x) {
    const __m512i flipped = _mm512_xor_si512((__m512i)x, _mm512_set1_epi16(INT16_MIN));
    const __m512i steps = _mm512_srli_epi16(flipped, 7);
    // A product of words of which one is 256 times the offset, rounded to 15 bits less.
    const __m512i offset = _mm512_slli_epi16(_mm512_and_si512((__m512i)x, _mm512_set1_epi16(127)), 8);
    const __m512i rise = _mm512_mulhrs_epi16(word_table_words(t->slopes, steps), offset);
    return (ints)_mm512_add_epi16(word_table_words(t->entries, steps), rise);
}

#else

typedef struct {
    const int16_t *entries;
} word_table;

LANES_INLINE word_table word_table_of(const int16_t table[513]) { return (word_table){table}; }

// The entries at eight steps, and those behind them in the upper halves.
LANES_INLINE __m256i word_table_pairs(const word_table *t, __m256i steps) {
    return (__m256i)ints_gathered(t->entries, (ints)steps);
}

/// The function of a vector of words.
LANES_INLINE ints word_table_look(const word_table *t, ints x) {
    const __m256i flipped = _mm256_xor_si256((__m256i)x, _mm256_set1_epi16(INT16_MIN));
    const __m256i steps = _mm256_srli_epi16(flipped, 7), none = _mm256_setzero_si256();
    const __m256i low = word_table_pairs(t, _mm256_unpacklo_epi16(steps, none));
    const __m256i high = word_table_pairs(t, _mm256_unpackhi_epi16(steps, none));
    const __m256i entries = _mm256_packs_epi32(_mm256_srai_epi32(_mm256_slli_epi32(low, 16), 16),
                                               _mm256_srai_epi32(_mm256_slli_epi32(high, 16), 16));
    const __m256i next = _mm256_packs_epi32(_mm256_srai_epi32(low, 16), _mm256_srai_epi32(high, 16));
    // A product of words of which one is 256 times the offset, rounded to 15 bits less.
    const __m256i offset = _mm256_slli_epi16(_mm256_and_si256((__m256i)x, _mm256_set1_epi16(127)), 8);
    return (ints)_mm256_add_epi16(entries, _mm256_mulhrs_epi16(_mm256_sub_epi16(next, entries), offset));
}

#endif

#define WORD_TABLE(name)                                                                                               \
    void name(const int16_t table[513], const int16_t *input, size_t count, int16_t *output) {                         \
        enum { WORDS = LANE_BYTES / 2 };                                                                               \
        if (count < 8) { /* to begin takes as long */                                                                  \
            arete_table16_apply(table, input, count, output);                                                          \
            return;                                                                                                    \
        }                                                                                                              \
        const word_table t = word_table_of(table);                                                                     \
        size_t i = 0;                                                                                                  \
        for (; i + WORDS <= count; i += WORDS) {                                                                       \
            bytes_store(output + i, (bytes)word_table_look(&t, (ints)bytes_load(input + i)));                          \
        }                                                                                                              \
        if (i < count) {                                                                                               \
            const bytes rest = bytes_load_some(input + i, 2 * (count - i));                                            \
            bytes_store_some(output + i, (bytes)word_table_look(&t, (ints)rest), 2 * (count - i));                     \
        }                                                                                                              \
    }
