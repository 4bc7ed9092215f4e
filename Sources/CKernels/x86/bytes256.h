// 32 bytes of activations and the sums they make with 256-bit registers, all but the dot product. To be included inside
// the target region.
#pragma once

typedef __m256i vec;

enum { VECTOR = 32 };

static inline vec load_bytes(const uint8_t *at) { return _mm256_loadu_si256((const __m256i *)at); }
static inline vec load_sums(const uint8_t *at) { return _mm256_load_si256((const __m256i *)at); }
static inline void store_bytes(uint8_t *at, vec bytes) { _mm256_storeu_si256((__m256i *)at, bytes); }

static inline vec load_some(const uint8_t *at, size_t count) {
    uint8_t bytes[VECTOR] = {0};
    memcpy(bytes, at, count);
    return load_bytes(bytes);
}

static inline void store_some(uint8_t *at, vec bytes, size_t count) {
    __m128i half = _mm256_castsi256_si128(bytes);
    if (count & 16) {
        _mm_storeu_si128((__m128i *)at, half);
        half = _mm256_extracti128_si256(bytes, 1);
        at += 16;
    }
    if (count & 8) {
        _mm_storel_epi64((__m128i *)at, half);
        half = _mm_srli_si128(half, 8);
        at += 8;
    }
    if (count & 4) {
        const int32_t four = _mm_cvtsi128_si32(half);
        memcpy(at, &four, sizeof four);
        half = _mm_srli_si128(half, 4);
        at += 4;
    }
    uint32_t left = (uint32_t)_mm_cvtsi128_si32(half);
    for (size_t i = count & 3; i != 0; i--, left >>= 8) {
        *at++ = (uint8_t)left;
    }
}

static inline vec all_bytes(uint8_t x) { return _mm256_set1_epi8((char)x); }
static inline vec all_words(int16_t x) { return _mm256_set1_epi16(x); }
static inline __m256i low_32(vec x) { return x; }
static inline __m128i low_16(vec x) { return _mm256_castsi256_si128(x); }
static inline vec flipped(vec bytes, vec flip) { return _mm256_xor_si256(bytes, flip); }

// Four bytes next to each other from four rows, for 4 channels of each 16.
static inline void interleave(const vec row[4], vec columns[4]) {
    const vec low = _mm256_unpacklo_epi8(row[0], row[1]), high = _mm256_unpackhi_epi8(row[0], row[1]);
    const vec low2 = _mm256_unpacklo_epi8(row[2], row[3]), high2 = _mm256_unpackhi_epi8(row[2], row[3]);
    columns[0] = _mm256_unpacklo_epi16(low, low2);
    columns[1] = _mm256_unpackhi_epi16(low, low2);
    columns[2] = _mm256_unpacklo_epi16(high, high2);
    columns[3] = _mm256_unpackhi_epi16(high, high2);
}

static inline vec scaled(vec sums, const uint8_t *scale) {
    return _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_cvtepi32_ps(sums), _mm256_load_ps((const float *)scale)));
}

// The same of sums that may be too great for an integer: any integer of 16 bits and more will do for those.
static inline vec scaled_bounded(vec sums, const uint8_t *scale) {
    const __m256 products = _mm256_mul_ps(_mm256_cvtepi32_ps(sums), _mm256_load_ps((const float *)scale));
    return _mm256_cvtps_epi32(_mm256_min_ps(products, _mm256_set1_ps(0x1p30F)));
}

// The same of floats of 2^23 and the sum; the product with 2^23 is `lift`, exactly, so only the result is rounded.
static inline vec scaled_lifted(vec sums, const uint8_t *scale, const uint8_t *lift) {
    const __m256 floats = _mm256_castsi256_ps(sums);
    return _mm256_cvtps_epi32(
        _mm256_fmsub_ps(floats, _mm256_load_ps((const float *)scale), _mm256_load_ps((const float *)lift)));
}

// Words of interleaved sums in the order of the channels within 16, saturated.
static inline vec words_of(vec first, vec second) { return _mm256_packs_epi32(first, second); }
static inline vec add_words(vec a, vec b) { return _mm256_adds_epi16(a, b); }
static inline vec bytes_of(vec first, vec second) { return _mm256_packus_epi16(first, second); }
static inline vec add_bytes(vec a, vec b) { return _mm256_adds_epu8(a, b); }
static inline vec clamped(vec bytes, vec low, vec high) { return _mm256_min_epu8(_mm256_max_epu8(bytes, low), high); }

// Sums in the order of the channels: 4 of each 16 come from each vector.
static inline void put_in_order(vec sums[4]) {
    const vec front = _mm256_permute2x128_si256(sums[0], sums[1], 0x20);
    const vec back = _mm256_permute2x128_si256(sums[0], sums[1], 0x31);
    const vec front2 = _mm256_permute2x128_si256(sums[2], sums[3], 0x20);
    sums[3] = _mm256_permute2x128_si256(sums[2], sums[3], 0x31);
    sums[0] = front;
    sums[1] = front2;
    sums[2] = back;
}

// Sums less what the zero point adds as floats, by depthwise_dynamic.h.
static inline vec joined(vec sums, const int32_t *excess, const float *first, const float *second, const float *bias,
                         bool fused) {
    const __m256 floats = _mm256_cvtepi32_ps(_mm256_sub_epi32(sums, _mm256_loadu_si256((const __m256i *)excess)));
    const __m256 product = _mm256_mul_ps(floats, _mm256_loadu_ps(first));
    const __m256 factor = _mm256_loadu_ps(second), offset = _mm256_loadu_ps(bias);
    return _mm256_castps_si256(fused ? _mm256_fmadd_ps(product, factor, offset)
                                     : _mm256_add_ps(_mm256_mul_ps(product, factor), offset));
}

static inline vec bounded(vec floats, float low, float high) {
    const __m256 above = _mm256_max_ps(_mm256_set1_ps(low), _mm256_castsi256_ps(floats));
    return _mm256_castps_si256(_mm256_min_ps(_mm256_set1_ps(high), above));
}

static inline void requantize_sums(const int32_t *sums, size_t count, const arete_requantization *q, void *output) {
    arete_requantize_row_avx2(sums, count, 0, q, output);
}

static inline void finish_dynamic(const arete_dynamic_finish *finish, const int32_t *sums, size_t pixel, size_t rows,
                                  size_t channels, void *output, size_t output_stride) {
    arete_dynamic_finish_rows_avx2(finish, sums, channels, pixel, rows, 0, channels, output, output_stride);
}
