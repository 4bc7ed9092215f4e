// Vectors of 16 sums and their dot products with 512-bit registers. To be included inside the target region.
#pragma once

typedef __m512i vec;
typedef __m512i activation_vec;
typedef __m512i weight_vec;

#define LANES 16
#define PANEL_VECTORS 4
// 24 accumulators, the weights and one activation fit 32 registers.
#define ROWS(VECTORS) ((VECTORS) == 4 ? 6 : (VECTORS) == 3 ? 8 : 12)
#define DENSE_GOES_ON 1
#define DENSE_TAIL 4
#define DENSE_SHALLOW 80
#define DENSE_SHALLOW_ROWS(VECTORS) ((VECTORS) == 1 ? 8 : (VECTORS) == 2 ? 4 : 3)
#define DENSE_SHALLOW_TILES TILES_8(1) TILES_4(2) TILES_3(3) TILES_3(4)
#define DENSE_TOGETHER(VECTORS) ((VECTORS) == 1 ? 4 : (VECTORS) == 2 ? 2 : 1)
#define DENSE_TILES TILES_12(1) TILES_12(2) TILES_8(3) TILES_6(4)

static inline vec load_bias(const int32_t *bias) { return _mm512_loadu_si512(bias); }
static inline weight_vec load_weights(const int8_t *weights) { return _mm512_load_si512(weights); }

static inline activation_vec broadcast(const uint8_t *activations) {
    int32_t four;
    memcpy(&four, activations, sizeof four);
    return _mm512_set1_epi32(four);
}

// The same where halves follow (DENSE_BROADCASTS_ONCE): one broadcast that takes none of the ports of the dot products,
// where the compiler would load a general register and broadcast it twice.
static inline activation_vec broadcast_once(const uint8_t *activations) {
    activation_vec all;
    __asm__("vpbroadcastd %1, %0" : "=v"(all) : "m"(*(const uint8_t(*)[4])activations));
    return all;
}

static inline vec dot(vec sum, activation_vec a, weight_vec b) { return _mm512_dpbusd_epi32(sum, a, b); }

// The same of the first 8 channels: half the work on machines that take 512 bits in two steps. The upper half becomes
// zeros, as the instruction leaves it.
#define DENSE_HAS_HALVES 1
#define DENSE_BROADCASTS_ONCE 1
static inline vec dot_half(vec sum, activation_vec a, const int8_t *weights) {
    return _mm512_zextsi256_si512(_mm256_dpbusd_epi32(_mm512_castsi512_si256(sum), _mm512_castsi512_si256(a),
                                                      _mm256_load_si256((const __m256i *)weights)));
}

static inline vec add_excess(vec sum, int32_t activations, const int32_t *excess) {
    return _mm512_add_epi32(sum, _mm512_mullo_epi32(_mm512_set1_epi32(activations), _mm512_loadu_si512(excess)));
}

static inline void store_sums(int32_t *target, vec sum) { _mm512_storeu_si512(target, sum); }

static inline int32_t sum_runs(const uint8_t *pixel, const size_t *offsets, size_t segments, size_t run) {
    const __m512i ones = _mm512_set1_epi8(1);
    __m512i sum = _mm512_setzero_si512();
    for (size_t s = 0; s < segments; s++) {
        const uint8_t *at = pixel + offsets[s];
        size_t left = run;
        for (; left >= 64; left -= 64, at += 64) {
            sum = _mm512_dpbusd_epi32(sum, _mm512_loadu_si512(at), ones);
        }
        if (left != 0) {
            sum = _mm512_dpbusd_epi32(sum, _mm512_maskz_loadu_epi8((UINT64_C(1) << left) - 1, at), ones);
        }
    }
    return _mm512_reduce_add_epi32(sum);
}

// The numbers of finish_values in all lanes.
typedef struct {
    __m512i zero, low, top, flip;
    __m512i zero_bytes;
    bool shifts, clamps, clamps_above, flips;
    const uint8_t *table;
} finish_vectors;

static inline finish_vectors load_finish(const finish_values *f) {
    return (finish_vectors){_mm512_set1_epi16(f->zero),
                            _mm512_set1_epi8((char)f->low),
                            _mm512_set1_epi8((char)f->top),
                            _mm512_set1_epi8((char)f->flip),
                            _mm512_set1_epi8((char)f->zero),
                            f->zero != 0,
                            finish_clamps(f),
                            finish_clamps_above(f),
                            f->flip != 0,
                            f->table};
}

// table[x] of every byte: two byte permutations, of which the uppermost bit chooses. By name, since machines without
// those use all else here.
static inline __m512i looked_up(__m512i x, const uint8_t *table) {
    __m512i low = x, high = x;
    __asm__("vpermi2b %2, %1, %0"
            : "+v"(low)
            : "v"(_mm512_loadu_si512(table)), "m"(*(const uint8_t(*)[64])(table + 64)));
    __asm__("vpermi2b %2, %1, %0"
            : "+v"(high)
            : "v"(_mm512_loadu_si512(table + 128)), "m"(*(const uint8_t(*)[64])(table + 192)));
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(x), low, high);
}

// Four vectors of scaled sums as bytes, one vector after the other. All scales are below 1, so that every product fits
// an integer; the packing saturates. Lifted sums that are negative may become the zero point.
static inline __m512i finished(const __m512i integers[4], const bool lifted, const bool looks_up,
                               const finish_vectors *f) {
    const __m512i order = _mm512_set_epi32(15, 11, 7, 3, 14, 10, 6, 2, 13, 9, 5, 1, 12, 8, 4, 0);
    __m512i front = _mm512_packs_epi32(integers[0], integers[1]);
    __m512i back = _mm512_packs_epi32(integers[2], integers[3]);
    if (!lifted && f->shifts) {
        front = _mm512_adds_epi16(front, f->zero);
        back = _mm512_adds_epi16(back, f->zero);
    }
    __m512i bytes = _mm512_permutexvar_epi32(order, _mm512_packus_epi16(front, back));
    if (lifted && f->shifts) {
        bytes = _mm512_adds_epu8(bytes, f->zero_bytes);
    }
    if (lifted ? f->clamps_above : f->clamps) {
        bytes = _mm512_min_epu8(_mm512_max_epu8(bytes, f->low), f->top);
    }
    bytes = f->flips ? _mm512_xor_si512(bytes, f->flip) : bytes;
    return looks_up ? looked_up(bytes, f->table) : bytes;
}

// `lift`: 2^23 scales where sums are lifted, that is, the bits of floats of 2^23 and the sum: the product with 2^23 is
// taken off exactly, so that only the product with the sum is rounded, as it is without.
static inline __m512i scaled(vec sums, const float *scale, const bool lifted, const float *lift) {
    const __m512 factor = _mm512_loadu_ps(scale);
    return _mm512_cvtps_epi32(lifted ? _mm512_fmsub_ps(_mm512_castsi512_ps(sums), factor, _mm512_loadu_ps(lift))
                                     : _mm512_mul_ps(_mm512_cvtepi32_ps(sums), factor));
}

// Stores `count` results of each row, `stride` bytes apart. Four vectors go together: one row of four, two of two, four
// of one; three vectors alone.
__attribute__((always_inline)) static inline void finish_lifted_rows(vec sums[][4], size_t rows, size_t vectors,
                                                                     const float *scale, const bool lifted,
                                                                     const bool looks_up, const float *lift,
                                                                     const finish_vectors *f, size_t count,
                                                                     uint8_t *output, size_t stride) {
    const size_t together = DENSE_TOGETHER(vectors), width = 16 * vectors;
    __m512i integers[4];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 4; i++) {
        const size_t row = together == 1 ? 0 : i / vectors, v = together == 1 ? i : i % vectors;
        integers[i] = row < rows && v < vectors ? scaled(sums[row][v], scale + 16 * v, lifted, lift + 16 * v)
                                                : _mm512_setzero_si512();
    }
    const __m512i bytes = finished(integers, lifted, looks_up, f);
    if (together == 1 || (rows == together && count == width && stride == width)) {
        const uint64_t mask = count < 64 ? (UINT64_C(1) << count) - 1 : ~UINT64_C(0);
        _mm512_mask_storeu_epi8(output, together == 1 ? mask : ~UINT64_C(0), bytes);
        return;
    }
    if (together == 2) {
        const __mmask32 mask = count < 32 ? (UINT32_C(1) << count) - 1 : ~UINT32_C(0);
        _mm256_mask_storeu_epi8(output, mask, _mm512_castsi512_si256(bytes));
        if (rows > 1) {
            _mm256_mask_storeu_epi8(output + stride, mask, _mm512_extracti64x4_epi64(bytes, 1));
        }
        return;
    }
    const __mmask16 mask = (__mmask16)((UINT32_C(1) << count) - 1);
    _mm_mask_storeu_epi8(output, mask, _mm512_castsi512_si128(bytes));
    if (rows > 1) {
        _mm_mask_storeu_epi8(output + stride, mask, _mm512_extracti32x4_epi32(bytes, 1));
    }
    if (rows > 2) {
        _mm_mask_storeu_epi8(output + 2 * stride, mask, _mm512_extracti32x4_epi32(bytes, 2));
    }
    if (rows > 3) {
        _mm_mask_storeu_epi8(output + 3 * stride, mask, _mm512_extracti32x4_epi32(bytes, 3));
    }
}

__attribute__((always_inline)) static inline void finish_rows(vec sums[][4], size_t rows, size_t vectors,
                                                              const float *scale, const finish_vectors *f, size_t count,
                                                              uint8_t *output, size_t stride) {
    finish_lifted_rows(sums, rows, vectors, scale, false, false, scale, f, count, output, stride);
}

static inline void requantize_sums(const arete_packed_conv *layer, const int32_t *sums, size_t count, size_t first,
                                   uint8_t *output) {
    arete_requantize_row_avx512(sums, count, first, &layer->conv.requantization, output);
}

static inline void finish_dynamic(const arete_dynamic_finish *finish, const int32_t *sums, size_t pixel, size_t rows,
                                  size_t first, size_t count, void *output, size_t output_stride) {
    arete_dynamic_finish_rows_avx512(finish, sums, PANEL_VECTORS * LANES, pixel, rows, first, count, output,
                                     output_stride);
}
