// 32 bytes at a time: AVX2.
#pragma once
#include <immintrin.h>

#define LANES_BEGIN _Pragma("clang attribute push(__attribute__((target(\"avx2\"))), apply_to = function)")
#define LANES_END _Pragma("clang attribute pop")
#define BYTES 32
typedef __m256i bytes;
#define LOAD(p) _mm256_loadu_si256((const __m256i *)(p))
#define STORE(p, v) _mm256_storeu_si256((__m256i *)(p), v)
#define ZERO() _mm256_setzero_si256()
#define ALL8(x) _mm256_set1_epi8((char)(x))
#define ALL16(x) _mm256_set1_epi16((short)(x))
#define AND(a, b) _mm256_and_si256(a, b)
#define XOR(a, b) _mm256_xor_si256(a, b)
#define OR(a, b) _mm256_or_si256(a, b)
#define LOW8(a, b) _mm256_unpacklo_epi8(a, b)
#define HIGH8(a, b) _mm256_unpackhi_epi8(a, b)
#define ADD16(a, b) _mm256_add_epi16(a, b)
#define SUB16(a, b) _mm256_sub_epi16(a, b)
#define SUBS_U16(a, b) _mm256_subs_epu16(a, b)
#define MIN_U16(a, b) _mm256_min_epu16(a, b)
#define MULHRS(a, b) _mm256_mulhrs_epi16(a, b)
#define MADD_U8(a, b) _mm256_maddubs_epi16(a, b)
#define MULHI_U16(a, b) _mm256_mulhi_epu16(a, b)
#define SLL16(a, n) _mm256_slli_epi16(a, n)
#define SRL16(a, n) _mm256_srli_epi16(a, n)
#define SRA16(a, n) _mm256_srai_epi16(a, n)
#define PACK_U8(a, b) _mm256_packus_epi16(a, b)
#define PICK(a, m) _mm256_shuffle_epi8(a, m)
// Words of a, then those of b, as bytes in their order.
#define NARROW(a, b) _mm256_permute4x64_epi64(_mm256_packus_epi16(a, b), 0xd8)
#define PATTERN(p) _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(p)))
// Sixteen bytes at each of the places p, p + step, ...
#define LOAD16S(p, step)                                                                                               \
    _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(p))),                             \
                            _mm_loadu_si128((const __m128i *)((p) + (step))), 1)
#define STORE16S(p, step, v)                                                                                           \
    (_mm_storeu_si128((__m128i *)(p), _mm256_castsi256_si128(v)),                                                      \
     _mm_storeu_si128((__m128i *)((p) + (step)), _mm256_extracti128_si256(v, 1)))
// BYTES / 2 bytes, each twice.
#define LOAD_TWICE(p) twice(_mm_loadu_si128((const __m128i *)(p)))
#define TWICE                                                                                                          \
    static inline bytes twice(__m128i v) {                                                                             \
        const bytes wide = _mm256_permute4x64_epi64(_mm256_castsi128_si256(v), 0x10);                                  \
        return _mm256_unpacklo_epi8(wide, wide);                                                                       \
    }
