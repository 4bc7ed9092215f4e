// 64 bytes of activations and the sums they make with 512-bit registers. To be included inside the target region.
#pragma once

typedef __m512i vec;

enum { VECTOR = 64, WEIGHT_BYTES = 1, PIXELS = 2, STRIP_PIXELS = 2 };

static inline vec load_bytes(const uint8_t *at) { return _mm512_loadu_si512(at); }
static inline vec load_sums(const uint8_t *at) { return _mm512_load_si512(at); }
static inline void store_bytes(uint8_t *at, vec bytes) { _mm512_storeu_si512(at, bytes); }

static inline vec load_some(const uint8_t *at, size_t count) {
    return _mm512_maskz_loadu_epi8((UINT64_C(1) << count) - 1, at);
}
static inline void store_some(uint8_t *at, vec bytes, size_t count) {
    _mm512_mask_storeu_epi8(at, (UINT64_C(1) << count) - 1, bytes);
}

static inline vec all_bytes(uint8_t x) { return _mm512_set1_epi8((char)x); }
static inline vec all_words(int16_t x) { return _mm512_set1_epi16(x); }
static inline __m256i low_32(vec x) { return _mm512_castsi512_si256(x); }
static inline __m128i low_16(vec x) { return _mm512_castsi512_si128(x); }
static inline vec flipped(vec bytes, vec flip) { return _mm512_xor_si512(bytes, flip); }

// Four bytes next to each other from four rows, for 4 channels of each 16.
static inline void interleave(const vec row[4], vec columns[4]) {
    const vec low = _mm512_unpacklo_epi8(row[0], row[1]), high = _mm512_unpackhi_epi8(row[0], row[1]);
    const vec low2 = _mm512_unpacklo_epi8(row[2], row[3]), high2 = _mm512_unpackhi_epi8(row[2], row[3]);
    columns[0] = _mm512_unpacklo_epi16(low, low2);
    columns[1] = _mm512_unpackhi_epi16(low, low2);
    columns[2] = _mm512_unpacklo_epi16(high, high2);
    columns[3] = _mm512_unpackhi_epi16(high, high2);
}

typedef vec activation_vec;
typedef vec weight_vec;
static inline activation_vec operand(vec columns) { return columns; }
static inline weight_vec load_weights(const uint8_t *weights) { return _mm512_load_si512(weights); }
static inline vec dot(vec sum, activation_vec a, weight_vec w) { return _mm512_dpbusd_epi32(sum, a, w); }

static inline vec scaled(vec sums, const uint8_t *scale) {
    return _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_cvtepi32_ps(sums), _mm512_load_ps(scale)));
}

// The same of sums that may be too great for an integer: any integer of 16 bits and more will do for those.
static inline vec scaled_bounded(vec sums, const uint8_t *scale) {
    const __m512 products = _mm512_mul_ps(_mm512_cvtepi32_ps(sums), _mm512_load_ps(scale));
    return _mm512_cvtps_epi32(_mm512_min_ps(products, _mm512_set1_ps(0x1p30F)));
}

// The same of floats of 2^23 and the sum; the product with 2^23 is `lift`, exactly, so only the result is rounded.
static inline vec scaled_lifted(vec sums, const uint8_t *scale, const uint8_t *lift) {
    const __m512 floats = _mm512_castsi512_ps(sums);
    return _mm512_cvtps_epi32(_mm512_fmsub_ps(floats, _mm512_load_ps(scale), _mm512_load_ps(lift)));
}

// Words of interleaved sums in the order of the channels within 16, saturated.
static inline vec words_of(vec first, vec second) { return _mm512_packs_epi32(first, second); }
static inline vec add_words(vec a, vec b) { return _mm512_adds_epi16(a, b); }
static inline vec bytes_of(vec first, vec second) { return _mm512_packus_epi16(first, second); }
static inline vec add_bytes(vec a, vec b) { return _mm512_adds_epu8(a, b); }
static inline vec clamped(vec bytes, vec low, vec high) { return _mm512_min_epu8(_mm512_max_epu8(bytes, low), high); }

// Sums in the order of the channels: 4 of each 16 come from each vector.
static inline void put_in_order(vec sums[4]) {
    const vec front = _mm512_shuffle_i32x4(sums[0], sums[1], 0x44), back = _mm512_shuffle_i32x4(sums[0], sums[1], 0xEE);
    const vec front2 = _mm512_shuffle_i32x4(sums[2], sums[3], 0x44);
    const vec back2 = _mm512_shuffle_i32x4(sums[2], sums[3], 0xEE);
    sums[0] = _mm512_shuffle_i32x4(front, front2, 0x88);
    sums[1] = _mm512_shuffle_i32x4(front, front2, 0xDD);
    sums[2] = _mm512_shuffle_i32x4(back, back2, 0x88);
    sums[3] = _mm512_shuffle_i32x4(back, back2, 0xDD);
}

// Sums less what the zero point adds as floats, by depthwise_dynamic.h.
static inline vec joined(vec sums, const int32_t *excess, const float *first, const float *second, const float *bias,
                         bool fused) {
    const __m512 floats = _mm512_cvtepi32_ps(_mm512_sub_epi32(sums, _mm512_loadu_si512(excess)));
    const __m512 product = _mm512_mul_ps(floats, _mm512_loadu_ps(first));
    const __m512 factor = _mm512_loadu_ps(second), offset = _mm512_loadu_ps(bias);
    return _mm512_castps_si512(fused ? _mm512_fmadd_ps(product, factor, offset)
                                     : _mm512_add_ps(_mm512_mul_ps(product, factor), offset));
}

static inline vec bounded(vec floats, float low, float high) {
    const __m512 above = _mm512_max_ps(_mm512_set1_ps(low), _mm512_castsi512_ps(floats));
    return _mm512_castps_si512(_mm512_min_ps(_mm512_set1_ps(high), above));
}

static inline void requantize_sums(const int32_t *sums, size_t count, const arete_requantization *q, void *output) {
    arete_requantize_row_avx512(sums, count, 0, q, output);
}

static inline void finish_dynamic(const arete_dynamic_finish *finish, const int32_t *sums, size_t pixel, size_t rows,
                                  size_t channels, void *output, size_t output_stride) {
    arete_dynamic_finish_rows_avx512(finish, sums, channels, pixel, rows, 0, channels, output, output_stride);
}
