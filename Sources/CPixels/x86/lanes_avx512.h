// 64 bytes at a time: AVX-512 with bytes and words.
#pragma once
#include <immintrin.h>

#define LANES_BEGIN                                                                                                    \
    _Pragma(                                                                                                           \
        "clang attribute push(__attribute__((target(\"avx512f,avx512bw,avx512vl,avx512dq\"))), apply_to = function)")
#define LANES_END _Pragma("clang attribute pop")
#define BYTES 64
typedef __m512i bytes;
#define LOAD(p) _mm512_loadu_si512(p)
#define STORE(p, v) _mm512_storeu_si512(p, v)
#define ZERO() _mm512_setzero_si512()
#define ALL8(x) _mm512_set1_epi8((char)(x))
#define ALL16(x) _mm512_set1_epi16((short)(x))
#define AND(a, b) _mm512_and_si512(a, b)
#define XOR(a, b) _mm512_xor_si512(a, b)
#define OR(a, b) _mm512_or_si512(a, b)
#define LOW8(a, b) _mm512_unpacklo_epi8(a, b)
#define HIGH8(a, b) _mm512_unpackhi_epi8(a, b)
#define ADD16(a, b) _mm512_add_epi16(a, b)
#define SUB16(a, b) _mm512_sub_epi16(a, b)
#define SUBS_U16(a, b) _mm512_subs_epu16(a, b)
#define MIN_U16(a, b) _mm512_min_epu16(a, b)
#define MULHRS(a, b) _mm512_mulhrs_epi16(a, b)
#define MADD_U8(a, b) _mm512_maddubs_epi16(a, b)
#define MULHI_U16(a, b) _mm512_mulhi_epu16(a, b)
#define SLL16(a, n) _mm512_slli_epi16(a, n)
#define SRL16(a, n) _mm512_srli_epi16(a, n)
#define SRA16(a, n) _mm512_srai_epi16(a, n)
#define PACK_U8(a, b) _mm512_packus_epi16(a, b)
#define PICK(a, m) _mm512_shuffle_epi8(a, m)
// Words of a, then those of b, as bytes in their order.
#define NARROW(a, b) _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7), _mm512_packus_epi16(a, b))
#define PATTERN(p) _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(p)))
// Sixteen bytes at each of the places p, p + step, ...
#define LOAD16S(p, step)                                                                                               \
    _mm512_inserti32x4(                                                                                                \
        _mm512_inserti32x4(_mm512_inserti32x4(_mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)(p))),           \
                                              _mm_loadu_si128((const __m128i *)((p) + (step))), 1),                    \
                           _mm_loadu_si128((const __m128i *)((p) + 2 * (step))), 2),                                   \
        _mm_loadu_si128((const __m128i *)((p) + 3 * (step))), 3)
#define STORE16S(p, step, v)                                                                                           \
    (_mm_storeu_si128((__m128i *)(p), _mm512_castsi512_si128(v)),                                                      \
     _mm_storeu_si128((__m128i *)((p) + (step)), _mm512_extracti32x4_epi32(v, 1)),                                     \
     _mm_storeu_si128((__m128i *)((p) + 2 * (step)), _mm512_extracti32x4_epi32(v, 2)),                                 \
     _mm_storeu_si128((__m128i *)((p) + 3 * (step)), _mm512_extracti32x4_epi32(v, 3)))
// BYTES / 2 bytes, each twice.
#define LOAD_TWICE(p) twice(_mm256_loadu_si256((const __m256i *)(p)))
#define TWICE                                                                                                          \
    static inline bytes twice(__m256i v) {                                                                             \
        const bytes wide =                                                                                             \
            _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 0, 1, 1, 2, 2, 3, 3), _mm512_castsi256_si512(v));            \
        return _mm512_unpacklo_epi8(wide, wide);                                                                       \
    }
