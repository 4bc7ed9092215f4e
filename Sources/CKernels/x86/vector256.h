// Vectors of 8 sums in 256-bit registers, all but their byte dot product. To be included inside the target region.
#pragma once

typedef __m256i vec;

#define LANES 8
#ifndef PANEL_VECTORS
#define PANEL_VECTORS 2
#endif

static inline vec load_bias(const int32_t *bias) { return _mm256_loadu_si256((const __m256i *)bias); }

static inline vec add_excess(vec sum, int32_t activations, const int32_t *excess) {
    return _mm256_add_epi32(sum, _mm256_mullo_epi32(_mm256_set1_epi32(activations), load_bias(excess)));
}

static inline void store_sums(int32_t *target, vec sum) { _mm256_storeu_si256((__m256i *)target, sum); }

static inline int32_t sum_runs(const uint8_t *pixel, const size_t *offsets, size_t segments, size_t run) {
    __m256i sums = _mm256_setzero_si256();
    int32_t rest = 0;
    for (size_t s = 0; s < segments; s++) {
        const uint8_t *at = pixel + offsets[s];
        size_t left = run;
        for (; left >= 32; left -= 32, at += 32) {
            const __m256i bytes = _mm256_loadu_si256((const __m256i *)at);
            sums = _mm256_add_epi64(sums, _mm256_sad_epu8(bytes, _mm256_setzero_si256()));
        }
        for (; left != 0; left--) {
            rest += *at++;
        }
    }
    const __m128i halves = _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    return rest + (int32_t)(_mm_cvtsi128_si64(halves) + _mm_extract_epi64(halves, 1));
}

// The numbers of finish_values in all lanes.
typedef struct {
    __m256i zero;
    __m128i low, top, flip;
    bool clamps;
} finish_vectors;

static inline finish_vectors load_finish(const finish_values *f) {
    return (finish_vectors){_mm256_set1_epi16(f->zero), _mm_set1_epi8((char)f->low), _mm_set1_epi8((char)f->top),
                            _mm_set1_epi8((char)f->flip), finish_clamps(f)};
}

// Stores `count` bytes, less than 16.
static inline void store_part(uint8_t *output, __m128i bytes, size_t count) {
    if (count & 8) {
        _mm_storel_epi64((__m128i *)output, bytes);
        bytes = _mm_srli_si128(bytes, 8);
        output += 8;
    }
    if (count & 4) {
        const int32_t four = _mm_cvtsi128_si32(bytes);
        memcpy(output, &four, sizeof four);
        bytes = _mm_srli_si128(bytes, 4);
        output += 4;
    }
    uint32_t left = (uint32_t)_mm_cvtsi128_si32(bytes);
    for (size_t i = count & 3; i != 0; i--, left >>= 8) {
        *output++ = (uint8_t)left;
    }
}

// Stores `count` results of each row, `stride` bytes apart. All scales are below 1, so that every product fits an
// integer; the packing saturates.
__attribute__((always_inline)) static inline void finish_rows(vec sums[12][4], size_t rows, size_t vectors,
                                                              const float *scale, const finish_vectors *f, size_t count,
                                                              uint8_t *output, size_t stride) {
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++, output += stride) {
        __m256i integers[2];
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) {
            const __m256 x = _mm256_mul_ps(_mm256_cvtepi32_ps(sums[r][v]), _mm256_loadu_ps(scale + 8 * v));
            integers[v] = _mm256_cvtps_epi32(x);
        }
        const __m256i words = _mm256_packs_epi32(integers[0], integers[vectors - 1]);
        const __m256i added = _mm256_adds_epi16(words, f->zero);
        const __m256i order = _mm256_set_epi32(7, 3, 6, 2, 5, 1, 4, 0);
        const __m256i all = _mm256_permutevar8x32_epi32(_mm256_packus_epi16(added, added), order);
        __m128i bytes = _mm256_castsi256_si128(all);
        if (f->clamps) {
            bytes = _mm_min_epu8(_mm_max_epu8(bytes, f->low), f->top);
        }
        bytes = _mm_xor_si128(bytes, f->flip);
        if (count >= 16) {
            _mm_storeu_si128((__m128i *)output, bytes);
        } else {
            store_part(output, bytes, count);
        }
    }
}

static inline void requantize_sums(const arete_packed_conv *layer, const int32_t *sums, size_t count, size_t first,
                                   uint8_t *output) {
    arete_requantize_row_avx2(sums, count, first, &layer->conv.requantization, output);
}

static inline void finish_dynamic(const arete_dynamic_finish *finish, const int32_t *sums, size_t pixel, size_t rows,
                                  size_t first, size_t count, void *output, size_t output_stride) {
    arete_dynamic_finish_rows_avx2(finish, sums, PANEL_VECTORS * LANES, pixel, rows, first, count, output,
                                   output_stride);
}
