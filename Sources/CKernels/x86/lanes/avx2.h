// Vectors of 256 bits: the operations of avx512.h in AVX2.
#pragma once
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LANES_BEGIN _Pragma("clang attribute push(__attribute__((target(\"avx2,fma\"))), apply_to = function)")
#define LANES_END _Pragma("clang attribute pop")
#define LANES_INLINE static inline __attribute__((always_inline))

enum { LANES = 8, LANE_BYTES = 4 * LANES };

typedef int32_t ints __attribute__((vector_size(32)));
typedef float floats __attribute__((vector_size(32)));
typedef double doubles __attribute__((vector_size(32)));
typedef uint8_t bytes __attribute__((vector_size(32)));

LANES_BEGIN

// Stores by a mask take many times as long as others, so those of whole vectors have none.
static inline __m256i lanes_mask(size_t count) {
    const int32_t n = count < 8 ? (int32_t)count : 8;
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

LANES_INLINE ints ints_of(int32_t x) { return (ints)_mm256_set1_epi32(x); }
LANES_INLINE ints ints_load(const int32_t *p) { return (ints)_mm256_loadu_si256((const __m256i *)p); }
LANES_INLINE ints ints_load_some(const int32_t *p, size_t count) {
    return (ints)_mm256_maskload_epi32(p, lanes_mask(count));
}
LANES_INLINE void ints_store(int32_t *p, ints x) { _mm256_storeu_si256((__m256i *)p, (__m256i)x); }
LANES_INLINE void ints_store_some(int32_t *p, ints x, size_t count) {
    if (count >= LANES) {
        ints_store(p, x);
    } else {
        _mm256_maskstore_epi32(p, lanes_mask(count), (__m256i)x);
    }
}
/// The lanes of x that `places` number.
LANES_INLINE ints ints_picked(ints x, ints places) {
    return (ints)_mm256_permutevar8x32_epi32((__m256i)x, (__m256i)places);
}
LANES_INLINE ints ints_minimum(ints a, ints b) { return (ints)_mm256_min_epi32((__m256i)a, (__m256i)b); }
LANES_INLINE ints ints_maximum(ints a, ints b) { return (ints)_mm256_max_epi32((__m256i)a, (__m256i)b); }
LANES_INLINE int ints_any_above(ints a, ints b) {
    return _mm256_movemask_epi8(_mm256_cmpgt_epi32((__m256i)a, (__m256i)b)) != 0;
}
/// A bit for each lane that is negative.
LANES_INLINE uint32_t lanes_negative(ints x) { return (uint32_t)_mm256_movemask_ps((__m256)x); }
LANES_INLINE ints ints_magnitude(ints x) { return (ints)_mm256_abs_epi32((__m256i)x); }
LANES_INLINE ints ints_signed(ints x, ints sign) { return (ints)_mm256_sign_epi32((__m256i)x, (__m256i)sign); }
LANES_INLINE ints ints_up(ints x, ints counts) { return (ints)_mm256_sllv_epi32((__m256i)x, (__m256i)counts); }
LANES_INLINE ints ints_down(ints x, ints counts) { return (ints)_mm256_srav_epi32((__m256i)x, (__m256i)counts); }
LANES_INLINE ints ints_down_unsigned(ints x, ints counts) {
    return (ints)_mm256_srlv_epi32((__m256i)x, (__m256i)counts);
}
LANES_INLINE ints ints_odd(ints x) { return (ints)_mm256_srli_epi64((__m256i)x, 32); }
LANES_INLINE ints ints_doubling_high(ints x, ints y, ints odd_y) {
    const __m256i half = _mm256_set1_epi64x(INT64_C(1) << 30);
    const __m256i even = _mm256_add_epi64(_mm256_mul_epi32((__m256i)x, (__m256i)y), half);
    const __m256i odd = _mm256_add_epi64(_mm256_mul_epi32((__m256i)ints_odd(x), (__m256i)odd_y), half);
    return (ints)_mm256_blend_epi32(_mm256_srli_epi64(even, 31), _mm256_add_epi64(odd, odd), 0xAA);
}
/// The 32 bits at words that `places` number.
LANES_INLINE ints ints_gathered(const void *words, ints places) {
    return (ints)_mm256_i32gather_epi32((const int *)words, (__m256i)places, 2);
}
LANES_INLINE ints ints_multiplied(ints a, ints b) { return (ints)_mm256_mullo_epi32((__m256i)a, (__m256i)b); }
LANES_INLINE ints ints_shifted_up(ints x, int count) { return (ints)_mm256_slli_epi32((__m256i)x, count); }
LANES_INLINE ints ints_shifted_down(ints x, int count) { return (ints)_mm256_srai_epi32((__m256i)x, count); }

LANES_INLINE floats floats_of(float x) { return (floats)_mm256_set1_ps(x); }
LANES_INLINE floats floats_load(const float *p) { return (floats)_mm256_loadu_ps(p); }
LANES_INLINE floats floats_load_some(const float *p, size_t count) {
    return (floats)_mm256_maskload_ps(p, lanes_mask(count));
}
LANES_INLINE void floats_store(float *p, floats x) { _mm256_storeu_ps(p, (__m256)x); }
LANES_INLINE void floats_store_some(float *p, floats x, size_t count) {
    if (count >= LANES) {
        floats_store(p, x);
    } else {
        // Not by a mask: such stores take some processors 20 cycles.
        __m128 left = _mm256_castps256_ps128((__m256)x);
        if (count & 4) {
            _mm_storeu_ps(p, left);
            left = _mm256_extractf128_ps((__m256)x, 1);
            p += 4;
        }
        if (count & 2) {
            _mm_storel_pi((__m64 *)(void *)p, left);
            left = _mm_movehl_ps(left, left);
            p += 2;
        }
        if (count & 1) {
            _mm_store_ss(p, left);
        }
    }
}
LANES_INLINE floats floats_from(ints x) { return (floats)_mm256_cvtepi32_ps((__m256i)x); }
LANES_INLINE floats floats_minimum(floats a, floats b) { return (floats)_mm256_min_ps((__m256)a, (__m256)b); }
LANES_INLINE floats floats_maximum(floats a, floats b) { return (floats)_mm256_max_ps((__m256)a, (__m256)b); }
LANES_INLINE float floats_least(floats x) {
    __m128 m = _mm_min_ps(_mm256_castps256_ps128((__m256)x), _mm256_extractf128_ps((__m256)x, 1));
    m = _mm_min_ps(m, _mm_movehl_ps(m, m));
    return _mm_cvtss_f32(_mm_min_ss(m, _mm_movehdup_ps(m)));
}
LANES_INLINE float floats_greatest(floats x) {
    __m128 m = _mm_max_ps(_mm256_castps256_ps128((__m256)x), _mm256_extractf128_ps((__m256)x, 1));
    m = _mm_max_ps(m, _mm_movehl_ps(m, m));
    return _mm_cvtss_f32(_mm_max_ss(m, _mm_movehdup_ps(m)));
}
LANES_INLINE ints floats_rounded(floats x) { return (ints)_mm256_cvtps_epi32((__m256)x); }

LANES_INLINE doubles doubles_of(double x) { return (doubles)_mm256_set1_pd(x); }
LANES_INLINE doubles doubles_load_some(const double *p, size_t count) {
    const int64_t n = count < 4 ? (int64_t)count : 4;
    const __m256i mask = _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), _mm256_setr_epi64x(0, 1, 2, 3));
    return (doubles)_mm256_maskload_pd(p, mask);
}
LANES_INLINE doubles doubles_minimum(doubles a, doubles b) { return (doubles)_mm256_min_pd((__m256d)a, (__m256d)b); }
LANES_INLINE doubles doubles_maximum(doubles a, doubles b) { return (doubles)_mm256_max_pd((__m256d)a, (__m256d)b); }
LANES_INLINE doubles doubles_from_low(ints x) {
    return (doubles)_mm256_cvtepi32_pd(_mm256_castsi256_si128((__m256i)x));
}
LANES_INLINE doubles doubles_from_high(ints x) {
    return (doubles)_mm256_cvtepi32_pd(_mm256_extracti128_si256((__m256i)x, 1));
}
LANES_INLINE ints doubles_rounded(doubles low, doubles high) {
    const __m256d below_half = _mm256_set1_pd(0x1.fffffffffffffp-2), sign = _mm256_set1_pd(-0.0);
    const __m256d x = _mm256_add_pd((__m256d)low, _mm256_or_pd(_mm256_and_pd((__m256d)low, sign), below_half));
    const __m256d y = _mm256_add_pd((__m256d)high, _mm256_or_pd(_mm256_and_pd((__m256d)high, sign), below_half));
    return (ints)_mm256_set_m128i(_mm256_cvttpd_epi32(y), _mm256_cvttpd_epi32(x));
}

LANES_INLINE bytes bytes_load(const void *p) { return (bytes)_mm256_loadu_si256((const __m256i *)p); }
static inline bytes bytes_load_some(const void *p, size_t count) {
    // The first bytes and the last ones, which may overlap, without a way through memory.
    const uint8_t *from = p;
    if (count >= 32) {
        return bytes_load(p);
    }
    if (count >= 16) {
        static const int8_t places[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                          -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
        const __m128i last = _mm_loadu_si128((const __m128i *)(const void *)(from + count - 16));
        const __m128i order = _mm_loadu_si128((const __m128i *)(const void *)(places + 32 - count));
        return (bytes)_mm256_set_m128i(_mm_shuffle_epi8(last, order), _mm_loadu_si128(p));
    }
    uint64_t first = 0, second = 0;
    if (count >= 8) {
        memcpy(&first, from, 8);
        memcpy(&second, from + count - 8, 8);
        second = second >> 1 >> (8 * (16 - count) - 1);
    } else if (count >= 4) {
        uint32_t low, high;
        memcpy(&low, from, 4);
        memcpy(&high, from + count - 4, 4);
        first = low | (uint64_t)high << 8 * (count - 4);
    } else if (count > 0) {
        first = from[0] | (uint64_t)from[count / 2] << 8 * (count / 2) | (uint64_t)from[count - 1] << 8 * (count - 1);
    }
    return (bytes)_mm256_zextsi128_si256(_mm_set_epi64x((int64_t)second, (int64_t)first));
}
LANES_INLINE void bytes_store(void *p, bytes x) { _mm256_storeu_si256((__m256i *)p, (__m256i)x); }
static inline void bytes_store_some(void *p, bytes x, size_t count) {
    if (count >= sizeof x) {
        bytes_store(p, x);
        return;
    }
    uint8_t *to = p;
    const uint8_t *from = (const uint8_t *)&x;
    size_t at = 0;
    if (count & 16) memcpy(to, from, 16), at = 16;
    if (count & 8) memcpy(to + at, from + at, 8), at += 8;
    if (count & 4) memcpy(to + at, from + at, 4), at += 4;
    if (count & 2) memcpy(to + at, from + at, 2), at += 2;
    if (count & 1) to[at] = from[at];
}
LANES_INLINE void bytes_store_half(void *p, bytes x) {
    _mm_storeu_si128((__m128i *)p, _mm256_castsi256_si128((__m256i)x));
}
LANES_INLINE ints words_add_saturated(ints a, ints b) { return (ints)_mm256_adds_epi16((__m256i)a, (__m256i)b); }
LANES_INLINE ints words_of(int16_t x) { return (ints)_mm256_set1_epi16(x); }
LANES_INLINE ints ints_packed(ints a, ints b) { return (ints)_mm256_packs_epi32((__m256i)a, (__m256i)b); }
LANES_INLINE bytes ints_as_words(ints a, ints b, int is_signed) {
    const __m256i packed =
        is_signed ? _mm256_packs_epi32((__m256i)a, (__m256i)b) : _mm256_packus_epi32((__m256i)a, (__m256i)b);
    return (bytes)_mm256_permute4x64_epi64(packed, 0xD8);
}
LANES_INLINE bytes words_as_bytes(ints a, ints b, int is_signed) {
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    const __m256i packed =
        is_signed ? _mm256_packs_epi16((__m256i)a, (__m256i)b) : _mm256_packus_epi16((__m256i)a, (__m256i)b);
    return (bytes)_mm256_permutevar8x32_epi32(packed, order);
}
/// The same 16 bytes in every 128 bits.
LANES_INLINE bytes bytes_repeated(const void *p) { return (bytes)_mm256_broadcastsi128_si256(_mm_loadu_si128(p)); }
/// Within each 128 bits, the bytes of x that `places` numbers; zero for places of 128 and above.
LANES_INLINE bytes bytes_shuffled(bytes x, bytes places) {
    return (bytes)_mm256_shuffle_epi8((__m256i)x, (__m256i)places);
}
LANES_INLINE bytes bytes_of(uint8_t x) { return (bytes)_mm256_set1_epi8((char)x); }
LANES_INLINE bytes bytes_clamped(bytes x, bytes low, bytes high, int is_signed) {
    const __m256i v = (__m256i)x, l = (__m256i)low, h = (__m256i)high;
    return (bytes)(is_signed ? _mm256_min_epi8(_mm256_max_epi8(v, l), h) : _mm256_min_epu8(_mm256_max_epu8(v, l), h));
}

// Words and integers in the order of the unpacking instructions, within each 128 bits; packing restores the order.

/// Unsigned bytes as words.
LANES_INLINE void bytes_as_words(bytes x, ints words[2]) {
    words[0] = (ints)_mm256_unpacklo_epi8((__m256i)x, _mm256_setzero_si256());
    words[1] = (ints)_mm256_unpackhi_epi8((__m256i)x, _mm256_setzero_si256());
}
/// Pairs of words of a and b.
LANES_INLINE void words_paired(ints a, ints b, ints pairs[2]) {
    pairs[0] = (ints)_mm256_unpacklo_epi16((__m256i)a, (__m256i)b);
    pairs[1] = (ints)_mm256_unpackhi_epi16((__m256i)a, (__m256i)b);
}
/// Products of words over 2^15, nearest, ties upwards.
LANES_INLINE ints words_scaled(ints a, ints b) { return (ints)_mm256_mulhrs_epi16((__m256i)a, (__m256i)b); }
LANES_INLINE ints words_subtract(ints a, ints b) { return (ints)_mm256_sub_epi16((__m256i)a, (__m256i)b); }
/// Sums of the two products of each pair of words.
LANES_INLINE ints words_dot(ints a, ints b) { return (ints)_mm256_madd_epi16((__m256i)a, (__m256i)b); }
LANES_INLINE ints words_dot_added(ints sum, ints a, ints b) { return sum + words_dot(a, b); }
LANES_INLINE ints words_high_unsigned(ints a, ints b) { return (ints)_mm256_mulhi_epu16((__m256i)a, (__m256i)b); }
/// Products of words in 32 bits.
LANES_INLINE void words_products(ints a, ints b, ints products[2]) {
    words_paired((ints)_mm256_mullo_epi16((__m256i)a, (__m256i)b), (ints)_mm256_mulhi_epi16((__m256i)a, (__m256i)b),
                 products);
}
LANES_INLINE bytes words_packed(ints a, ints b, int is_signed) {
    return (bytes)(is_signed ? _mm256_packs_epi16((__m256i)a, (__m256i)b)
                             : _mm256_packus_epi16((__m256i)a, (__m256i)b));
}
/// a * b + c, rounded once.
LANES_INLINE floats floats_fused(floats a, floats b, floats c) {
    return (floats)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}

/// Nearest, ties away from zero, of values within the range of integers exact in single precision.
LANES_INLINE ints floats_rounded_away(floats x) {
    const __m256i half = _mm256_set1_epi32(0x3EFFFFFF), sign = _mm256_set1_epi32(INT32_MIN);
    const __m256i below_half = _mm256_or_si256(_mm256_and_si256((__m256i)x, sign), half);
    return (ints)_mm256_cvttps_epi32((__m256)(x + (floats)below_half));
}
LANES_INLINE floats floats_whole(floats x) { return (floats)_mm256_round_ps((__m256)x, _MM_FROUND_NO_EXC); }
LANES_INLINE floats floats_or_zero(floats x) {
    return (floats)_mm256_and_ps((__m256)x, _mm256_cmp_ps((__m256)x, (__m256)x, _CMP_ORD_Q));
}
LANES_INLINE ints ints_load_bytes(const void *p, size_t count, int is_signed) {
    const __m128i x = count >= 8 ? _mm_loadl_epi64(p) : _mm256_castsi256_si128((__m256i)bytes_load_some(p, count));
    return (ints)(is_signed ? _mm256_cvtepi8_epi32(x) : _mm256_cvtepu8_epi32(x));
}
LANES_INLINE ints ints_load_words(const void *p, size_t count, int is_signed) {
    const __m128i x = count >= 8 ? _mm_loadu_si128(p) : _mm256_castsi256_si128((__m256i)bytes_load_some(p, 2 * count));
    return (ints)(is_signed ? _mm256_cvtepi16_epi32(x) : _mm256_cvtepu16_epi32(x));
}

/// The greatest of unsigned bytes.
LANES_INLINE uint8_t bytes_greatest(bytes x) {
    const __m128i most = _mm_max_epu8(_mm256_castsi256_si128((__m256i)x), _mm256_extracti128_si256((__m256i)x, 1));
    // The instruction finds the least of eight words.
    const __m128i inverted = _mm_xor_si128(most, _mm_set1_epi8(-1));
    const __m128i least = _mm_minpos_epu16(_mm_min_epu8(inverted, _mm_srli_epi16(inverted, 8)));
    return (uint8_t)~_mm_cvtsi128_si32(least);
}
/// Signed words.
LANES_INLINE bytes words_maximum(bytes a, bytes b) { return (bytes)_mm256_max_epi16((__m256i)a, (__m256i)b); }
LANES_INLINE bytes words_minimum(bytes a, bytes b) { return (bytes)_mm256_min_epi16((__m256i)a, (__m256i)b); }
LANES_INLINE bytes bytes_maximum(bytes a, bytes b) { return (bytes)_mm256_max_epu8((__m256i)a, (__m256i)b); }
LANES_INLINE uint64_t bytes_equal(bytes a, bytes b) {
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8((__m256i)a, (__m256i)b));
}
/// The integer towards zero.
LANES_INLINE ints floats_truncated(floats x) { return (ints)_mm256_cvttps_epi32((__m256)x); }
LANES_INLINE ints words_sum(ints a, ints b) { return (ints)_mm256_add_epi16((__m256i)a, (__m256i)b); }

/// Adds the products of unsigned and signed bytes to the lanes, in no particular order.
LANES_INLINE ints bytes_dot(ints sum, bytes a, bytes b) {
    const __m256i x = (__m256i)a, y = (__m256i)b;
    const __m256i low = _mm256_madd_epi16(_mm256_cvtepu8_epi16(_mm256_castsi256_si128(x)),
                                          _mm256_cvtepi8_epi16(_mm256_castsi256_si128(y)));
    const __m256i high = _mm256_madd_epi16(_mm256_cvtepu8_epi16(_mm256_extracti128_si256(x, 1)),
                                           _mm256_cvtepi8_epi16(_mm256_extracti128_si256(y, 1)));
    return sum + (ints)low + (ints)high;
}
/// Signed bytes less a number, as the bytes of weights meet them.
typedef struct {
    __m256i low, high;
} level_bytes;
LANES_INLINE level_bytes level_bytes_of(bytes x, int32_t zero_point) {
    const __m256i zero = _mm256_set1_epi16((int16_t)zero_point), v = (__m256i)x;
    return (level_bytes){_mm256_sub_epi16(_mm256_cvtepi8_epi16(_mm256_castsi256_si128(v)), zero),
                         _mm256_sub_epi16(_mm256_cvtepi8_epi16(_mm256_extracti128_si256(v, 1)), zero)};
}
LANES_INLINE ints level_bytes_dot(ints sum, level_bytes a, bytes b) {
    const __m256i low = _mm256_madd_epi16(a.low, _mm256_cvtepi8_epi16(_mm256_castsi256_si128((__m256i)b)));
    const __m256i high = _mm256_madd_epi16(a.high, _mm256_cvtepi8_epi16(_mm256_extracti128_si256((__m256i)b, 1)));
    return sum + (ints)low + (ints)high;
}
LANES_INLINE __m128i ints_folded(ints x) {
    return _mm_add_epi32(_mm256_castsi256_si128((__m256i)x), _mm256_extracti128_si256((__m256i)x, 1));
}

// Four registers each of sixteen.
enum { PANELS_AT_ONCE = 2 };
// Two sums for each of four rows a vector.
typedef struct {
    __m256i rows[4];
} panel_sums;
LANES_INLINE bytes panel_levels(int32_t four) { return (bytes)_mm256_cvtepu8_epi16(_mm_set1_epi32(four)); }
LANES_INLINE panel_sums panel_sums_none(void) { return (panel_sums){0}; }
LANES_INLINE void panel_sums_add(panel_sums *sums, bytes levels, const int8_t *weights) {
    for (size_t k = 0; k < 4; k++) {
        const __m256i w = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(const void *)(weights + 16 * k)));
        sums->rows[k] = _mm256_add_epi32(sums->rows[k], _mm256_madd_epi16((__m256i)levels, w));
    }
}
LANES_INLINE void panel_sums_store(panel_sums s, const int32_t *base, int32_t *sums) {
    for (size_t k = 0; k < 2; k++) {
        const __m256i both = _mm256_hadd_epi32(s.rows[2 * k], s.rows[2 * k + 1]);
        ints_store(sums + 8 * k, (ints)_mm256_permute4x64_epi64(both, 0xD8) + ints_load(base + 8 * k));
    }
}

LANES_END
