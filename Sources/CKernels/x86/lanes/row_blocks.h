// Sums of rows in the order of their elements, many rows at a time: rows are the lanes.
#pragma once

#if defined(LANES_512)

/// Four neighbouring floats of every fourth row: of rows 0, 4, 8 and 12.
LANES_INLINE floats floats_of_rows(const float *p, size_t pitch) {
    __m512 x = _mm512_castps128_ps512(_mm_loadu_ps(p));
    x = _mm512_mask_broadcast_f32x4(x, 0x00F0, _mm_loadu_ps(p + 4 * pitch));
    x = _mm512_mask_broadcast_f32x4(x, 0x0F00, _mm_loadu_ps(p + 8 * pitch));
    return (floats)_mm512_mask_broadcast_f32x4(x, 0xF000, _mm_loadu_ps(p + 12 * pitch));
}
LANES_INLINE floats floats_low_pairs(floats a, floats b) { return (floats)_mm512_unpacklo_ps((__m512)a, (__m512)b); }
LANES_INLINE floats floats_high_pairs(floats a, floats b) { return (floats)_mm512_unpackhi_ps((__m512)a, (__m512)b); }
LANES_INLINE floats floats_low_halves(floats a, floats b) {
    return (floats)_mm512_shuffle_ps((__m512)a, (__m512)b, 0x44);
}
LANES_INLINE floats floats_high_halves(floats a, floats b) {
    return (floats)_mm512_shuffle_ps((__m512)a, (__m512)b, 0xEE);
}

#else

/// Four neighbouring floats of rows 0 and 4.
LANES_INLINE floats floats_of_rows(const float *p, size_t pitch) {
    return (floats)_mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(p)), _mm_loadu_ps(p + 4 * pitch), 1);
}
LANES_INLINE floats floats_low_pairs(floats a, floats b) { return (floats)_mm256_unpacklo_ps((__m256)a, (__m256)b); }
LANES_INLINE floats floats_high_pairs(floats a, floats b) { return (floats)_mm256_unpackhi_ps((__m256)a, (__m256)b); }
LANES_INLINE floats floats_low_halves(floats a, floats b) {
    return (floats)_mm256_shuffle_ps((__m256)a, (__m256)b, 0x44);
}
LANES_INLINE floats floats_high_halves(floats a, floats b) {
    return (floats)_mm256_shuffle_ps((__m256)a, (__m256)b, 0xEE);
}

#endif

/// Adds the first `count` elements of LANES rows to `sums`, one after the other; there are rows of `pitch` elements.
LANES_INLINE floats row_sums_added(floats sums, const float *rows, size_t pitch, size_t count) {
    for (size_t c = 0; c < count; c += 4) {
        floats x[4], low[2], high[2];
        for (size_t i = 0; i < 4; i++) x[i] = floats_of_rows(rows + i * pitch + c, pitch);
        for (size_t i = 0; i < 2; i++) {
            low[i] = floats_low_pairs(x[2 * i], x[2 * i + 1]);
            high[i] = floats_high_pairs(x[2 * i], x[2 * i + 1]);
        }
        sums = sums + floats_low_halves(low[0], low[1]);
        if (c + 1 < count) sums = sums + floats_high_halves(low[0], low[1]);
        if (c + 2 < count) sums = sums + floats_low_halves(high[0], high[1]);
        if (c + 3 < count) sums = sums + floats_high_halves(high[0], high[1]);
    }
    return sums;
}
