// Products of recurrent layers' weights with a vector: byte dot products of unsigned values, less their zero point
// times the sum of the weights.
#pragma once

LANES_INLINE int32_t recurrent_dot(const int8_t *weights, const int8_t *x, int32_t zero_point, size_t n) {
    const bytes flip = bytes_of(0x80), ones = bytes_of(1);
    ints products = ints_of(0), total = ints_of(0);
    for (size_t i = 0; i < n; i += LANE_BYTES) {
        const size_t left = n - i;
        const bytes w = left >= LANE_BYTES ? bytes_load(weights + i) : bytes_load_some(weights + i, left);
        const bytes a = left >= LANE_BYTES ? bytes_load(x + i) : bytes_load_some(x + i, left);
        products = bytes_dot(products, a ^ flip, w);
        total = bytes_dot(total, ones, w);
    }
    const __m128i p = ints_folded(products), t = ints_folded(total);
    const __m128i pairs = _mm_add_epi32(_mm_unpacklo_epi32(p, t), _mm_unpackhi_epi32(p, t));
    const __m128i both = _mm_add_epi32(pairs, _mm_unpackhi_epi64(pairs, pairs));
    const uint32_t weight_sum = (uint32_t)_mm_extract_epi32(both, 1);
    return (int32_t)((uint32_t)_mm_cvtsi128_si32(both) - (uint32_t)(zero_point + 128) * weight_sum);
}
