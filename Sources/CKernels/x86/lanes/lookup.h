// A table of 256 bytes held in registers, and the bytes of a vector looked up in it.
#pragma once

#if defined(LANES_VBMI)

typedef struct {
    __m512i part[4];
} byte_table;

LANES_INLINE byte_table byte_table_load(const uint8_t table[256]) {
    byte_table t;
    for (int k = 0; k < 4; k++) t.part[k] = _mm512_loadu_si512(table + 64 * k);
    return t;
}

/// table[x] of every byte: two byte permutations, of which the uppermost bit chooses.
LANES_INLINE bytes byte_table_look(const byte_table *t, bytes x) {
    const __m512i i = (__m512i)x;
    return (bytes)_mm512_mask_blend_epi8(_mm512_movepi8_mask(i), _mm512_permutex2var_epi8(t->part[0], i, t->part[1]),
                                         _mm512_permutex2var_epi8(t->part[2], i, t->part[3]));
}

#elif defined(LANES_512)

typedef struct {
    __m512i part[4]; // words of two entries
} byte_table;

LANES_INLINE byte_table byte_table_load(const uint8_t table[256]) {
    byte_table t;
    for (int k = 0; k < 4; k++) t.part[k] = _mm512_loadu_si512(table + 64 * k);
    return t;
}

/// The words at `pairs`, whose low six bits count, from the half of the table that `upper` says.
LANES_INLINE __m512i byte_table_words(const byte_table *t, __m512i pairs, __mmask32 upper) {
    return _mm512_mask_blend_epi16(upper, _mm512_permutex2var_epi16(t->part[0], pairs, t->part[1]),
                                   _mm512_permutex2var_epi16(t->part[2], pairs, t->part[3]));
}

/// table[x] of every byte: four word permutations, then the byte of the word that the lowest bit says.
LANES_INLINE bytes byte_table_look(const byte_table *t, bytes x) {
    const __mmask64 odd_places = 0xAAAAAAAAAAAAAAAA;
    const __m512i i = (__m512i)x;
    const __mmask64 second = _mm512_test_epi8_mask(i, _mm512_set1_epi8(1));
    const __mmask32 even_upper = _mm512_test_epi16_mask(i, _mm512_set1_epi16(128));
    const __m512i even = byte_table_words(t, _mm512_srli_epi16(i, 1), even_upper);
    const __m512i odd = byte_table_words(t, _mm512_srli_epi16(i, 9), _mm512_movepi16_mask(i));
    const __m512i firsts = _mm512_mask_blend_epi8(odd_places, even, _mm512_slli_epi16(odd, 8));
    const __m512i seconds = _mm512_mask_blend_epi8(odd_places, _mm512_srli_epi16(even, 8), odd);
    return (bytes)_mm512_mask_blend_epi8(second, firsts, seconds);
}

#else

typedef struct {
    __m256i part[16]; // 16 entries, twice; but for the first of each half, each xor the part before it
} byte_table;

LANES_INLINE byte_table byte_table_load(const uint8_t table[256]) {
    byte_table t;
    __m256i before = _mm256_setzero_si256();
    for (int k = 0; k < 16; k++) {
        const __m256i part = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(table + 16 * k)));
        t.part[k] = k % 8 == 0 ? part : _mm256_xor_si256(part, before);
        before = part;
    }
    return t;
}

/// Looks up indices of 0 ... 127 in half a table; others give 0. An index minus 16 k turns negative, and so gives 0,
/// for the parts behind its own; the parts up to its own xor to the entry.
LANES_INLINE __m256i byte_table_half(const __m256i *part, __m256i i) {
    __m256i y = _mm256_shuffle_epi8(part[0], i);
    for (int k = 1; k < 8; k++) {
        i = _mm256_subs_epi8(i, _mm256_set1_epi8(16));
        y = _mm256_xor_si256(y, _mm256_shuffle_epi8(part[k], i));
    }
    return y;
}

/// table[x] of every byte: 16 shuffles.
LANES_INLINE bytes byte_table_look(const byte_table *t, bytes x) {
    const __m256i i = (__m256i)x, flipped = _mm256_xor_si256(i, _mm256_set1_epi8(-128));
    return (bytes)_mm256_xor_si256(byte_table_half(t->part, i), byte_table_half(t->part + 8, flipped));
}

#endif

// Below this many bytes the look-ups one by one are faster than the spreading of the table.
enum { TABLE_VECTORS_FROM = sizeof(byte_table) > 256 ? 48 : 1 };

#define TABLE_ROW(name)                                                                                                \
    void name(const uint8_t table[256], const uint8_t *input, size_t input_pitch, uint8_t *output,                     \
              size_t output_pitch, size_t rows, size_t count) {                                                        \
        if (input_pitch == count && output_pitch == count) {                                                           \
            count *= rows;                                                                                             \
            rows = 1;                                                                                                  \
        }                                                                                                              \
        const size_t from = count < 4 ? SIZE_MAX : rows > 4 ? 1 : TABLE_VECTORS_FROM;                                  \
        byte_table t;                                                                                                  \
        if (count >= from) t = byte_table_load(table);                                                                 \
        for (size_t row = 0; row < rows; row++, input += input_pitch, output += output_pitch) {                        \
            size_t i = 0;                                                                                              \
            if (count >= from) {                                                                                       \
                for (; i + 2 * LANE_BYTES <= count; i += 2 * LANE_BYTES) {                                             \
                    const bytes x = bytes_load(input + i), y = bytes_load(input + i + LANE_BYTES);                     \
                    bytes_store(output + i, byte_table_look(&t, x));                                                   \
                    bytes_store(output + i + LANE_BYTES, byte_table_look(&t, y));                                      \
                }                                                                                                      \
                for (size_t n = LANE_BYTES; count - i >= from; i += n) {                                               \
                    n = count - i < LANE_BYTES ? count - i : LANE_BYTES;                                               \
                    bytes_store_some(output + i, byte_table_look(&t, bytes_load_some(input + i, n)), n);               \
                }                                                                                                      \
            }                                                                                                          \
            for (; i < count; i++) output[i] = table[input[i]];                                                        \
        }                                                                                                              \
    }
