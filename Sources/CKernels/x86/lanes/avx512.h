// Vectors of 512 bits: the operations in which the kernels of this folder are written, masked at the ends of rows.
// A file includes this or avx2.h, then kernels between LANES_BEGIN and LANES_END. LANES_VBMI, defined before, allows
// byte permutations too; LANES_WORD_DOTS names a machine on which clang keeps dot products of words whole, which it
// takes apart elsewhere.
#pragma once
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define LANES_PUSH(set) _Pragma(#set)
#define LANES_TARGET(set) LANES_PUSH(clang attribute push(__attribute__((target(set))), apply_to = function))
#if defined(LANES_VBMI)
#define LANES_BEGIN LANES_TARGET("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512vbmi")
#elif defined(LANES_WORD_DOTS)
#define LANES_BEGIN LANES_TARGET("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,tune=znver4")
#else
#define LANES_BEGIN LANES_TARGET("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")
#endif
#define LANES_END _Pragma("clang attribute pop")
#define LANES_512
#define LANES_INLINE static inline __attribute__((always_inline))

enum { LANES = 16, LANE_BYTES = 4 * LANES };

typedef int32_t ints __attribute__((vector_size(64)));
typedef float floats __attribute__((vector_size(64)));
typedef double doubles __attribute__((vector_size(64)));
typedef uint8_t bytes __attribute__((vector_size(64)));

LANES_BEGIN

static inline __mmask16 lanes_mask(size_t count) { return count < 16 ? (__mmask16)((1U << count) - 1) : 0xFFFF; }
static inline __mmask64 byte_mask(size_t count) { return count < 64 ? (UINT64_C(1) << count) - 1 : ~UINT64_C(0); }

LANES_INLINE ints ints_of(int32_t x) { return (ints)_mm512_set1_epi32(x); }
LANES_INLINE ints ints_load(const int32_t *p) { return (ints)_mm512_loadu_si512(p); }
/// The first `count` lanes, at most all; zeros behind. Reads no others.
LANES_INLINE ints ints_load_some(const int32_t *p, size_t count) {
    return (ints)_mm512_maskz_loadu_epi32(lanes_mask(count), p);
}
LANES_INLINE void ints_store(int32_t *p, ints x) { _mm512_storeu_si512(p, (__m512i)x); }
LANES_INLINE void ints_store_some(int32_t *p, ints x, size_t count) {
    _mm512_mask_storeu_epi32(p, lanes_mask(count), (__m512i)x);
}
/// The lanes of x that `places` number.
LANES_INLINE ints ints_picked(ints x, ints places) {
    return (ints)_mm512_permutexvar_epi32((__m512i)places, (__m512i)x);
}
LANES_INLINE ints ints_minimum(ints a, ints b) { return (ints)_mm512_min_epi32((__m512i)a, (__m512i)b); }
LANES_INLINE ints ints_maximum(ints a, ints b) { return (ints)_mm512_max_epi32((__m512i)a, (__m512i)b); }
/// Whether any lane of a is greater than that of b.
LANES_INLINE int ints_any_above(ints a, ints b) { return _mm512_cmpgt_epi32_mask((__m512i)a, (__m512i)b) != 0; }
/// A bit for each lane that is negative.
LANES_INLINE uint32_t lanes_negative(ints x) { return _mm512_movepi32_mask((__m512i)x); }
LANES_INLINE ints ints_magnitude(ints x) { return (ints)_mm512_abs_epi32((__m512i)x); }
/// x with the sign of `sign`, where both are not zero.
LANES_INLINE ints ints_signed(ints x, ints sign) {
    return (ints)_mm512_mask_sub_epi32((__m512i)x, _mm512_movepi32_mask((__m512i)sign), _mm512_setzero_si512(),
                                       (__m512i)x);
}
// Shifts by lane; counts of 32 and more shift everything out.
LANES_INLINE ints ints_up(ints x, ints counts) { return (ints)_mm512_sllv_epi32((__m512i)x, (__m512i)counts); }
LANES_INLINE ints ints_down(ints x, ints counts) { return (ints)_mm512_srav_epi32((__m512i)x, (__m512i)counts); }
LANES_INLINE ints ints_down_unsigned(ints x, ints counts) {
    return (ints)_mm512_srlv_epi32((__m512i)x, (__m512i)counts);
}
/// The odd lanes at the places of the even ones.
LANES_INLINE ints ints_odd(ints x) { return (ints)_mm512_srli_epi64((__m512i)x, 32); }
/// (x * y + 2^30) >> 31 in 64 bits, y in two parts: as it is, and its odd lanes.
LANES_INLINE ints ints_doubling_high(ints x, ints y, ints odd_y) {
    const __m512i half = _mm512_set1_epi64(INT64_C(1) << 30);
    const __m512i even = _mm512_add_epi64(_mm512_mul_epi32((__m512i)x, (__m512i)y), half);
    const __m512i odd = _mm512_add_epi64(_mm512_mul_epi32((__m512i)ints_odd(x), (__m512i)odd_y), half);
    return (ints)_mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(even, 31), _mm512_add_epi64(odd, odd));
}
/// The 32 bits at words that `places` number.
LANES_INLINE ints ints_gathered(const void *words, ints places) {
    return (ints)_mm512_i32gather_epi32((__m512i)places, words, 2);
}
LANES_INLINE ints ints_multiplied(ints a, ints b) { return (ints)_mm512_mullo_epi32((__m512i)a, (__m512i)b); }
LANES_INLINE ints ints_shifted_up(ints x, int count) { return (ints)_mm512_slli_epi32((__m512i)x, (unsigned)count); }
LANES_INLINE ints ints_shifted_down(ints x, int count) { return (ints)_mm512_srai_epi32((__m512i)x, (unsigned)count); }

LANES_INLINE floats floats_of(float x) { return (floats)_mm512_set1_ps(x); }
LANES_INLINE floats floats_load(const float *p) { return (floats)_mm512_loadu_ps(p); }
LANES_INLINE floats floats_load_some(const float *p, size_t count) {
    return (floats)_mm512_maskz_loadu_ps(lanes_mask(count), p);
}
LANES_INLINE void floats_store(float *p, floats x) { _mm512_storeu_ps(p, (__m512)x); }
LANES_INLINE void floats_store_some(float *p, floats x, size_t count) {
    if (count >= LANES) {
        floats_store(p, x);
    } else {
        _mm512_mask_storeu_ps(p, lanes_mask(count), (__m512)x);
    }
}
LANES_INLINE floats floats_from(ints x) { return (floats)_mm512_cvtepi32_ps((__m512i)x); }
// b where one of both is NaN.
LANES_INLINE floats floats_minimum(floats a, floats b) { return (floats)_mm512_min_ps((__m512)a, (__m512)b); }
LANES_INLINE floats floats_maximum(floats a, floats b) { return (floats)_mm512_max_ps((__m512)a, (__m512)b); }
/// Nearest, ties to even; beyond the range and NaN: INT32_MIN.
LANES_INLINE float floats_least(floats x) { return _mm512_reduce_min_ps((__m512)x); }
LANES_INLINE float floats_greatest(floats x) { return _mm512_reduce_max_ps((__m512)x); }
LANES_INLINE ints floats_rounded(floats x) { return (ints)_mm512_cvtps_epi32((__m512)x); }

LANES_INLINE doubles doubles_of(double x) { return (doubles)_mm512_set1_pd(x); }
/// The first `count` lanes of half as many as LANES.
LANES_INLINE doubles doubles_load_some(const double *p, size_t count) {
    return (doubles)_mm512_maskz_loadu_pd((__mmask8)lanes_mask(count < 8 ? count : 8), p);
}
LANES_INLINE doubles doubles_minimum(doubles a, doubles b) { return (doubles)_mm512_min_pd((__m512d)a, (__m512d)b); }
LANES_INLINE doubles doubles_maximum(doubles a, doubles b) { return (doubles)_mm512_max_pd((__m512d)a, (__m512d)b); }
LANES_INLINE doubles doubles_from_low(ints x) {
    return (doubles)_mm512_cvtepi32_pd(_mm512_castsi512_si256((__m512i)x));
}
LANES_INLINE doubles doubles_from_high(ints x) {
    return (doubles)_mm512_cvtepi32_pd(_mm512_extracti64x4_epi64((__m512i)x, 1));
}
/// Nearest, ties away from zero, of values within the range.
LANES_INLINE ints doubles_rounded(doubles low, doubles high) {
    const __m512d below_half = _mm512_set1_pd(0x1.fffffffffffffp-2), sign = _mm512_set1_pd(-0.0);
    const __m512d x = _mm512_add_pd((__m512d)low, _mm512_or_pd(_mm512_and_pd((__m512d)low, sign), below_half));
    const __m512d y = _mm512_add_pd((__m512d)high, _mm512_or_pd(_mm512_and_pd((__m512d)high, sign), below_half));
    return (ints)_mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvttpd_epi32(x)), _mm512_cvttpd_epi32(y), 1);
}

LANES_INLINE bytes bytes_load(const void *p) { return (bytes)_mm512_loadu_si512(p); }
// Masked stores are slow, and so are loads from them: whole vectors go without.
LANES_INLINE bytes bytes_load_some(const void *p, size_t count) {
    return count >= sizeof(bytes) ? bytes_load(p) : (bytes)_mm512_maskz_loadu_epi8(byte_mask(count), p);
}
LANES_INLINE void bytes_store(void *p, bytes x) { _mm512_storeu_si512(p, (__m512i)x); }
LANES_INLINE void bytes_store_some(void *p, bytes x, size_t count) {
    if (count >= sizeof x) {
        bytes_store(p, x);
    } else {
        _mm512_mask_storeu_epi8(p, byte_mask(count), (__m512i)x);
    }
}
LANES_INLINE void bytes_store_half(void *p, bytes x) {
    _mm256_storeu_si256((__m256i *)p, _mm512_castsi512_si256((__m512i)x));
}
/// 16-bit words: saturated sums.
LANES_INLINE ints words_add_saturated(ints a, ints b) { return (ints)_mm512_adds_epi16((__m512i)a, (__m512i)b); }
LANES_INLINE ints words_of(int16_t x) { return (ints)_mm512_set1_epi16(x); }
/// Two vectors as saturated words, their 128-bit parts interleaved.
LANES_INLINE ints ints_packed(ints a, ints b) { return (ints)_mm512_packs_epi32((__m512i)a, (__m512i)b); }
/// Two vectors as words in order.
LANES_INLINE bytes ints_as_words(ints a, ints b, int is_signed) {
    const __m512i order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
    const __m512i packed =
        is_signed ? _mm512_packs_epi32((__m512i)a, (__m512i)b) : _mm512_packus_epi32((__m512i)a, (__m512i)b);
    return (bytes)_mm512_permutexvar_epi64(order, packed);
}
/// Two vectors of interleaved words as saturated bytes, in the order of the four vectors that were packed.
LANES_INLINE bytes words_as_bytes(ints a, ints b, int is_signed) {
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const __m512i packed =
        is_signed ? _mm512_packs_epi16((__m512i)a, (__m512i)b) : _mm512_packus_epi16((__m512i)a, (__m512i)b);
    return (bytes)_mm512_permutexvar_epi32(order, packed);
}
/// The same 16 bytes in every 128 bits.
LANES_INLINE bytes bytes_repeated(const void *p) { return (bytes)_mm512_broadcast_i32x4(_mm_loadu_si128(p)); }
/// Within each 128 bits, the bytes of x that `places` numbers; zero for places of 128 and above.
LANES_INLINE bytes bytes_shuffled(bytes x, bytes places) {
    return (bytes)_mm512_shuffle_epi8((__m512i)x, (__m512i)places);
}
LANES_INLINE bytes bytes_of(uint8_t x) { return (bytes)_mm512_set1_epi8((char)x); }
LANES_INLINE bytes bytes_clamped(bytes x, bytes low, bytes high, int is_signed) {
    const __m512i v = (__m512i)x, l = (__m512i)low, h = (__m512i)high;
    return (bytes)(is_signed ? _mm512_min_epi8(_mm512_max_epi8(v, l), h) : _mm512_min_epu8(_mm512_max_epu8(v, l), h));
}

// Words and integers in the order of the unpacking instructions, within each 128 bits; packing restores the order.

/// Unsigned bytes as words.
LANES_INLINE void bytes_as_words(bytes x, ints words[2]) {
    words[0] = (ints)_mm512_unpacklo_epi8((__m512i)x, _mm512_setzero_si512());
    words[1] = (ints)_mm512_unpackhi_epi8((__m512i)x, _mm512_setzero_si512());
}
/// Pairs of words of a and b.
LANES_INLINE void words_paired(ints a, ints b, ints pairs[2]) {
    pairs[0] = (ints)_mm512_unpacklo_epi16((__m512i)a, (__m512i)b);
    pairs[1] = (ints)_mm512_unpackhi_epi16((__m512i)a, (__m512i)b);
}
/// Products of words over 2^15, nearest, ties upwards.
LANES_INLINE ints words_scaled(ints a, ints b) { return (ints)_mm512_mulhrs_epi16((__m512i)a, (__m512i)b); }
LANES_INLINE ints words_subtract(ints a, ints b) { return (ints)_mm512_sub_epi16((__m512i)a, (__m512i)b); }
/// Sums of the two products of each pair of words.
LANES_INLINE ints words_dot(ints a, ints b) { return (ints)_mm512_madd_epi16((__m512i)a, (__m512i)b); }
/// The same added to a vector.
LANES_INLINE ints words_dot_added(ints sum, ints a, ints b) {
    return (ints)_mm512_dpwssd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
}
/// The upper halves of the products of unsigned words.
LANES_INLINE ints words_high_unsigned(ints a, ints b) { return (ints)_mm512_mulhi_epu16((__m512i)a, (__m512i)b); }
/// Products of words in 32 bits.
LANES_INLINE void words_products(ints a, ints b, ints products[2]) {
    words_paired((ints)_mm512_mullo_epi16((__m512i)a, (__m512i)b), (ints)_mm512_mulhi_epi16((__m512i)a, (__m512i)b),
                 products);
}
LANES_INLINE bytes words_packed(ints a, ints b, int is_signed) {
    return (bytes)(is_signed ? _mm512_packs_epi16((__m512i)a, (__m512i)b)
                             : _mm512_packus_epi16((__m512i)a, (__m512i)b));
}
/// a * b + c, rounded once.
LANES_INLINE floats floats_fused(floats a, floats b, floats c) {
    return (floats)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}

/// The same of the first half of the lanes, whatever becomes of the others.
LANES_INLINE floats floats_fused_half(floats a, const float *b, floats c) {
    const __m256 half =
        _mm256_fmadd_ps(_mm512_castps512_ps256((__m512)a), _mm256_loadu_ps(b), _mm512_castps512_ps256((__m512)c));
    return (floats)_mm512_castps256_ps512(half);
}

/// Nearest, ties away from zero, of values within the range of integers exact in single precision.
LANES_INLINE ints floats_rounded_away(floats x) {
    const __m512i half = _mm512_set1_epi32(0x3EFFFFFF), sign = _mm512_set1_epi32(INT32_MIN);
    const __m512i below_half = _mm512_or_si512(_mm512_and_si512((__m512i)x, sign), half);
    return (ints)_mm512_cvttps_epi32((__m512)(x + (floats)below_half));
}
/// Nearest, ties to even, as floats.
LANES_INLINE floats floats_whole(floats x) { return (floats)_mm512_roundscale_ps((__m512)x, _MM_FROUND_NO_EXC); }
/// Zero for NaN.
LANES_INLINE floats floats_or_zero(floats x) {
    return (floats)_mm512_maskz_mov_ps(_mm512_cmp_ps_mask((__m512)x, (__m512)x, _CMP_ORD_Q), (__m512)x);
}
/// As many bytes or words as LANES, or the first `count` of them, in order.
LANES_INLINE ints ints_load_bytes(const void *p, size_t count, int is_signed) {
    const __m128i x = _mm_maskz_loadu_epi8(lanes_mask(count), p);
    return (ints)(is_signed ? _mm512_cvtepi8_epi32(x) : _mm512_cvtepu8_epi32(x));
}
LANES_INLINE ints ints_load_words(const void *p, size_t count, int is_signed) {
    const __m256i x = _mm256_maskz_loadu_epi16(lanes_mask(count), p);
    return (ints)(is_signed ? _mm512_cvtepi16_epi32(x) : _mm512_cvtepu16_epi32(x));
}

/// The greatest of unsigned bytes.
LANES_INLINE uint8_t bytes_greatest(bytes x) {
    const __m256i half = _mm256_max_epu8(_mm512_castsi512_si256((__m512i)x), _mm512_extracti64x4_epi64((__m512i)x, 1));
    const __m128i most = _mm_max_epu8(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
    // The instruction finds the least of eight words.
    const __m128i inverted = _mm_xor_si128(most, _mm_set1_epi8(-1));
    const __m128i least = _mm_minpos_epu16(_mm_min_epu8(inverted, _mm_srli_epi16(inverted, 8)));
    return (uint8_t)~_mm_cvtsi128_si32(least);
}
/// Signed words.
LANES_INLINE bytes words_maximum(bytes a, bytes b) { return (bytes)_mm512_max_epi16((__m512i)a, (__m512i)b); }
LANES_INLINE bytes words_minimum(bytes a, bytes b) { return (bytes)_mm512_min_epi16((__m512i)a, (__m512i)b); }
LANES_INLINE bytes bytes_maximum(bytes a, bytes b) { return (bytes)_mm512_max_epu8((__m512i)a, (__m512i)b); }
/// A bit for each byte that is the same in both.
LANES_INLINE uint64_t bytes_equal(bytes a, bytes b) { return _mm512_cmpeq_epi8_mask((__m512i)a, (__m512i)b); }
/// The integer towards zero.
LANES_INLINE ints floats_truncated(floats x) { return (ints)_mm512_cvttps_epi32((__m512)x); }
LANES_INLINE ints words_sum(ints a, ints b) { return (ints)_mm512_add_epi16((__m512i)a, (__m512i)b); }

/// Adds to each lane the products of its four unsigned and four signed bytes.
LANES_INLINE ints bytes_dot(ints sum, bytes a, bytes b) {
    return (ints)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
}
/// Signed bytes less a number, as the bytes of weights meet them.
typedef struct {
    __m512i lifted, zero;
} level_bytes;
LANES_INLINE level_bytes level_bytes_of(bytes x, int32_t zero_point) {
    return (level_bytes){_mm512_xor_si512((__m512i)x, _mm512_set1_epi8((char)0x80)),
                         _mm512_set1_epi8((char)(uint8_t)(zero_point + 128))};
}
LANES_INLINE ints level_bytes_dot(ints sum, level_bytes a, bytes b) {
    const __m512i excess = _mm512_dpbusd_epi32(_mm512_setzero_si512(), a.zero, (__m512i)b);
    return (ints)_mm512_dpbusd_epi32((__m512i)sum, a.lifted, (__m512i)b) - (ints)excess;
}
LANES_INLINE __m128i ints_folded(ints x) {
    const __m256i half = _mm256_add_epi32(_mm512_castsi512_si256((__m512i)x), _mm512_extracti64x4_epi64((__m512i)x, 1));
    return _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

/// Panels whose sums hide each other's latency.
enum { PANELS_AT_ONCE = 5 };
/// Sums of 16 rows of weights, of which four each lie together, times four levels without sign.
typedef ints panel_sums;
LANES_INLINE bytes panel_levels(int32_t four) { return (bytes)ints_of(four); }
LANES_INLINE panel_sums panel_sums_none(void) { return ints_of(0); }
LANES_INLINE void panel_sums_add(panel_sums *sums, bytes levels, const int8_t *weights) {
    *sums = bytes_dot(*sums, levels, bytes_load(weights));
}
LANES_INLINE void panel_sums_store(panel_sums rows, const int32_t *base, int32_t *sums) {
    ints_store(sums, rows + ints_load(base));
}

LANES_END
