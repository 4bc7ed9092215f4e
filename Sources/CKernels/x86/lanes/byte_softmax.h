// Softmax and log-softmax of rows of bytes on vectors: the bits of the portable kernels.
//
// How far a byte lies below its row's maximum says its exponential, so one table serves all rows. In single precision
// a row's exponentials are added in their order, but many rows at a time; sums in fixed point have no order.
#pragma once
#include "../../scalar/quantized_softmax.h"
#include "float_table.h"
#include "requantize.h"
#include "row_blocks.h"
#include "word_softmax.h"
#include <math.h>
#include <string.h>

#if defined(LANES_512)

typedef float_table exponential_table;
LANES_INLINE exponential_table exponential_table_load(const float table[256]) { return float_table_load(table); }
LANES_INLINE void exponential_table_look(const exponential_table *t, bytes x, floats y[4]) {
    float_table_look(t, x, y);
}

#else

typedef struct {
    const float *entries;
} exponential_table;
LANES_INLINE exponential_table exponential_table_load(const float table[256]) { return (exponential_table){table}; }
LANES_INLINE void exponential_table_look(const exponential_table *t, bytes x, floats y[4]) {
    const __m128i half[2] = {_mm256_castsi256_si128((__m256i)x), _mm256_extracti128_si256((__m256i)x, 1)};
    for (int k = 0; k < 4; k++) {
        const __m128i eight = k % 2 == 0 ? half[k / 2] : _mm_srli_si128(half[k / 2], 8);
        y[k] = (floats)_mm256_i32gather_ps(t->entries, _mm256_cvtepu8_epi32(eight), 4);
    }
}

#endif

/// What the rows of a softmax need.
typedef struct {
    const arete_quantized_softmax *softmax;
    exponential_table table;
    size_t depth;
    uint8_t flip; // makes bytes unsigned
    requantized_range range;
} byte_softmax;

/// Of how many elements of a row the exponentials are kept for the results.
enum { BYTE_SOFTMAX_KEPT = 256 };

/// What is to be added to a row's bytes to have places in the table.
LANES_INLINE bytes byte_softmax_move(const byte_softmax *b, const uint8_t *row) {
    const bytes flip = bytes_of(b->flip);
    bytes most = bytes_of(0);
    size_t i = 0;
    for (; i + LANE_BYTES <= b->depth; i += LANE_BYTES) most = bytes_maximum(most, bytes_load(row + i) ^ flip);
    if (i < b->depth) {
        const size_t count = b->depth - i;
        bytes rest = bytes_load_some(row + i, count) ^ flip;
        // Missing bytes must not become 128.
        if (b->flip != 0) {
            uint8_t end[LANE_BYTES];
            bytes_store(end, bytes_of(0));
            bytes_store_some(end, rest, count);
            rest = bytes_load(end);
        }
        most = bytes_maximum(most, rest);
    }
    return bytes_of((uint8_t)(255 - (bytes_greatest(most) ^ b->flip)));
}

LANES_INLINE void byte_softmax_look(const byte_softmax *b, const uint8_t *x, size_t count, bytes move, floats y[4]) {
    exponential_table_look(&b->table, bytes_load_some(x, count) + move, y);
}

/// Exponentials of `count` elements; there is room for a vector of bytes more.
LANES_INLINE void byte_softmax_fill(const byte_softmax *b, const uint8_t *x, size_t count, bytes move, float *kept) {
    for (size_t i = 0; i < count; i += LANE_BYTES) {
        floats y[4];
        byte_softmax_look(b, x + i, count - i, move, y);
        for (size_t k = 0; k < 4; k++) floats_store(kept + i + k * LANES, y[k]);
    }
}

/// Sums of the exponentials of up to LANES rows, in the order of their elements. Leaves the last kept ones in `kept`.
LANES_INLINE void byte_softmax_sums(const byte_softmax *b, const uint8_t *x, size_t rows, const bytes *moves,
                                    float *kept, float sums[LANES]) {
    enum { PITCH = BYTE_SOFTMAX_KEPT + LANE_BYTES };
    floats sum = floats_of(0);
    floats_store(sums, sum);
    for (size_t c = 0; c < b->depth; c += BYTE_SOFTMAX_KEPT) {
        const size_t count = b->depth - c < BYTE_SOFTMAX_KEPT ? b->depth - c : BYTE_SOFTMAX_KEPT;
        for (size_t r = 0; r < rows; r++) byte_softmax_fill(b, x + r * b->depth + c, count, moves[r], kept + r * PITCH);
        if (rows > 2) {
            sum = row_sums_added(sum, kept, PITCH, count);
        } else {
            for (size_t r = 0; r < rows; r++) {
                float s = sums[r];
                for (size_t i = 0; i < count; i++) s += kept[r * PITCH + i];
                sums[r] = s;
            }
        }
    }
    if (rows > 2) floats_store(sums, sum);
}

/// Stores four vectors of results without their zero point.
LANES_INLINE void byte_softmax_store(const byte_softmax *b, const ints results[4], size_t count, uint8_t *y) {
    const bytes packed = requantized_bytes(results, &b->range);
    bytes_store_some(y, packed, count);
}

LANES_INLINE void byte_softmax_float_row(const byte_softmax *b, const uint8_t *x, bytes move, const float *kept,
                                         float sum, uint8_t *y) {
    const arete_quantized_softmax *s = b->softmax;
    const floats inverse = floats_of(1.0f / (sum * s->output.scale)), most = floats_of(65536.0f);
    const bool is_kept = b->depth <= BYTE_SOFTMAX_KEPT, is_unsigned = s->output_type == ARETE_UINT8;
    for (size_t i = 0; i < b->depth; i += LANE_BYTES) {
        const size_t count = b->depth - i;
        floats e[4];
        ints results[4];
        if (is_kept) {
            for (size_t k = 0; k < 4; k++) e[k] = floats_load(kept + i + k * LANES);
        } else {
            byte_softmax_look(b, x + i, count, move, e);
        }
        for (size_t k = 0; k < 4; k++) {
            const floats bounded = floats_minimum(e[k] * inverse, most);
            results[k] = is_unsigned ? floats_truncated(bounded + floats_of(0.5f)) : floats_rounded_away(bounded);
        }
        byte_softmax_store(b, results, count, y + i);
    }
}

/// Signed or unsigned bytes as integers, in order.
LANES_INLINE void byte_softmax_values(const byte_softmax *b, const uint8_t *x, size_t count, ints values[4]) {
    for (size_t k = 0; k < 4; k++) {
        const size_t left = count > k * LANES ? count - k * LANES : 0;
        values[k] = left == 0 ? ints_of(0) : ints_load_bytes(x + k * LANES, left, b->softmax->input_type == ARETE_INT8);
    }
}

LANES_INLINE void byte_log_softmax_float_row(const byte_softmax *b, const uint8_t *x, int32_t maximum, float sum,
                                             uint8_t *y) {
    const arete_quantized_softmax *s = b->softmax;
    const float offset = (s->input_scale * (float)maximum + logf(sum)) / s->output.scale;
    const floats scale = floats_of(s->input_scale / s->output.scale), start = floats_of(offset);
    for (size_t i = 0; i < b->depth; i += LANE_BYTES) {
        ints values[4];
        byte_softmax_values(b, x + i, b->depth - i, values);
        // What is below a type's range, or no number, ends at its least value.
        for (size_t k = 0; k < 4; k++) {
            values[k] = floats_rounded(floats_maximum(scale * floats_from(values[k]) - start, floats_of(-4096)));
        }
        byte_softmax_store(b, values, b->depth - i, y + i);
    }
}

LANES_INLINE void byte_softmax_float(const byte_softmax *b, const uint8_t *x, size_t rows, uint8_t *y, bool is_log) {
    float kept[LANES * (BYTE_SOFTMAX_KEPT + LANE_BYTES)], sums[LANES];
    bytes moves[LANES];
    for (size_t r = 0; r < rows; r += LANES, x += LANES * b->depth, y += LANES * b->depth) {
        const size_t count = rows - r < LANES ? rows - r : LANES;
        for (size_t i = 0; i < count; i++) moves[i] = byte_softmax_move(b, x + i * b->depth);
        if (count > 2 && count < LANES) memset(kept, 0, sizeof kept);
        byte_softmax_sums(b, x, count, moves, kept, sums);
        for (size_t i = 0; i < count; i++) {
            const uint8_t *row = x + i * b->depth;
            if (is_log) {
                const uint8_t least = (uint8_t)(255 - moves[i][0]);
                byte_log_softmax_float_row(b, row, b->flip ? (int8_t)least : least, sums[i], y + i * b->depth);
            } else {
                byte_softmax_float_row(b, row, moves[i], kept + i * (BYTE_SOFTMAX_KEPT + LANE_BYTES), sums[i],
                                       y + i * b->depth);
            }
        }
    }
}

/// Exponentials of an element and its neighbours, by the table in fixed point.
LANES_INLINE void byte_softmax_look_fixed(const byte_softmax *b, const uint8_t *x, size_t count, bytes move,
                                          ints e[4]) {
    floats y[4];
    byte_softmax_look(b, x, count, move, y);
    for (size_t k = 0; k < 4; k++) e[k] = (ints)y[k];
}

/// A sum's part of exponentials.
LANES_INLINE ints byte_softmax_part(ints e) {
    return ints_shifted_down(ints_shifted_down(e, SOFTMAX_SUM_BITS - 1) + ints_of(1), 1);
}

LANES_INLINE int32_t byte_softmax_fixed_sum(const byte_softmax *b, const uint8_t *x, bytes move) {
    ints sums = ints_of(0), e[4];
    int32_t lanes[LANES];
    size_t i = 0;
    for (; i < b->depth; i += LANE_BYTES) {
        byte_softmax_look_fixed(b, x + i, b->depth - i, move, e);
        for (size_t k = 0; k < 4; k++) sums += byte_softmax_part(e[k]);
    }
    ints_store(lanes, sums);
    // Bytes that are missing in the last vector were counted as zeros.
    const int32_t zero = arete_rounding_shift_right(b->softmax->tables.fixed[move[0]], SOFTMAX_SUM_BITS);
    uint32_t sum = 0 - (uint32_t)(i - b->depth) * (uint32_t)zero;
    for (size_t l = 0; l < LANES; l++) sum += (uint32_t)lanes[l];
    return (int32_t)sum;
}

LANES_INLINE void byte_softmax_fixed_row(const byte_softmax *b, const uint8_t *x, uint8_t *y) {
    const bytes move = byte_softmax_move(b, x);
    int32_t over_unit = 0;
    const int32_t factor = fixed_reciprocal(byte_softmax_fixed_sum(b, x, move), SOFTMAX_SUM_BITS, &over_unit);
    const int32_t exponent = arete_clamp(over_unit + 31 - 8, 0, 31);
    const fixed_factors factors = fixed_factors_of(ints_of(factor), ints_of(-exponent));
    for (size_t i = 0; i < b->depth; i += LANE_BYTES) {
        ints e[4];
        byte_softmax_look_fixed(b, x + i, b->depth - i, move, e);
        for (size_t k = 0; k < 4; k++) e[k] = multiplied_fixed(e[k], factors);
        byte_softmax_store(b, e, b->depth - i, y + i);
    }
}

LANES_INLINE void byte_log_softmax_fixed_row(const byte_softmax *b, const uint8_t *x, uint8_t *y) {
    enum { OUTPUT_BITS = 4 };
    const arete_quantized_softmax *s = b->softmax;
    const bytes move = byte_softmax_move(b, x);
    const uint8_t greatest = (uint8_t)(255 - move[0]);
    const int32_t maximum = b->flip ? (int8_t)greatest : greatest;
    const int32_t log_sum = fixed_log(byte_softmax_fixed_sum(b, x, move));
    const int32_t reach = arete_multiply_fixed(fixed_add(log_sum, INT32_MIN), s->back_multiplier, s->back_shift);
    const ints least = ints_of(s->least_difference - 1 > reach ? s->least_difference - 1 : reach);
    const fixed_factors factors = fixed_factors_of(ints_of(s->multiplier), ints_of(s->shift));
    const fixed_factors last = fixed_factors_of(ints_of(0), ints_of(SOFTMAX_DIFFERENCE_BITS + OUTPUT_BITS - 31));
    for (size_t i = 0; i < b->depth; i += LANE_BYTES) {
        ints values[4];
        byte_softmax_values(b, x + i, b->depth - i, values);
        for (size_t k = 0; k < 4; k++) {
            const ints difference = values[k] - ints_of(maximum), counts = difference > least;
            const ints distance = fixed_shifted(multiplied_fixed(difference, factors) - ints_of(log_sum), last);
            values[k] = (distance & counts) | (ints_of(-4096) & ~counts);
        }
        byte_softmax_store(b, values, b->depth - i, y + i);
    }
}

LANES_INLINE byte_softmax byte_softmax_of(const arete_quantized_softmax *s, size_t depth, int32_t zero_point) {
    const arete_requantization q = {.output = s->output_type,
                                    .zero_point = zero_point,
                                    .minimum = arete_type_minimum(s->output_type),
                                    .maximum = arete_type_maximum(s->output_type)};
    return (byte_softmax){.softmax = s,
                          .table = exponential_table_load(s->tables.exponentials),
                          .depth = depth,
                          .flip = s->input_type == ARETE_INT8 ? 0x80 : 0,
                          .range = requantized_range_of(&q)};
}

/// The portable kernels are as fast for fewer elements, and for shorter rows.
static inline bool byte_softmax_pays(size_t rows, size_t depth) { return depth >= 8 && rows * depth >= 32; }

#define BYTE_SOFTMAX_ROWS(name)                                                                                        \
    static void name##_float(const arete_quantized_softmax *s, const uint8_t *x, size_t rows, size_t depth,            \
                             uint8_t *y) {                                                                             \
        const byte_softmax b = byte_softmax_of(s, depth, s->output_type == ARETE_UINT8 ? 0 : s->output.zero_point);    \
        byte_softmax_float(&b, x, rows, y, false);                                                                     \
    }                                                                                                                  \
    static void name##_fixed(const arete_quantized_softmax *s, const uint8_t *x, size_t rows, size_t depth,            \
                             uint8_t *y) {                                                                             \
        const byte_softmax b = byte_softmax_of(s, depth, arete_type_minimum(s->output_type));                          \
        for (size_t r = 0; r < rows; r++) byte_softmax_fixed_row(&b, x + r * depth, y + r * depth);                    \
    }                                                                                                                  \
    static void name##_word(const arete_quantized_softmax *s, const int16_t *x, size_t rows, size_t depth,             \
                            int16_t *y) {                                                                              \
        const word_table exponential = word_table_of(s->tables.words.exponential);                                     \
        for (size_t r = 0; r < rows; r++) word_softmax_row(s, &exponential, x + r * depth, depth, y + r * depth);      \
    }                                                                                                                  \
    void name(const arete_quantized_softmax *s, const void *x, size_t rows, size_t depth, void *y) {                   \
        if (!byte_softmax_pays(rows, depth) || (s->input_type != ARETE_INT16 && s->output_type == ARETE_INT16)) {      \
            arete_quantized_softmax_rows(s, x, rows, depth, y);                                                        \
        } else if (s->input_type == ARETE_INT16) {                                                                     \
            name##_word(s, x, rows, depth, y);                                                                         \
        } else if (s->arithmetic == ARETE_FAST) {                                                                      \
            name##_float(s, x, rows, depth, y);                                                                        \
        } else {                                                                                                       \
            name##_fixed(s, x, rows, depth, y);                                                                        \
        }                                                                                                              \
    }

#define BYTE_LOG_SOFTMAX_ROWS(name)                                                                                    \
    void name(const arete_quantized_softmax *s, const void *x, size_t rows, size_t depth, void *y) {                   \
        if (!byte_softmax_pays(rows, depth)) {                                                                         \
            arete_quantized_log_softmax_rows(s, x, rows, depth, y);                                                    \
            return;                                                                                                    \
        }                                                                                                              \
        const byte_softmax b = byte_softmax_of(s, depth, s->output.zero_point);                                        \
        if (s->arithmetic == ARETE_FAST) {                                                                             \
            byte_softmax_float(&b, x, rows, y, true);                                                                  \
            return;                                                                                                    \
        }                                                                                                              \
        for (size_t r = 0; r < rows; r++) {                                                                            \
            byte_log_softmax_fixed_row(&b, (const uint8_t *)x + r * depth, (uint8_t *)y + r * depth);                  \
        }                                                                                                              \
    }
