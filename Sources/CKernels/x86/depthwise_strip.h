// One block of channels of one or two output rows of a depthwise convolution whose windows have three columns. To be
// included inside the target region, after the vectors.
#pragma once

// The rows of a column of the window are interleaved into groups of four bytes a channel, which serve both output rows
// and, where registers last (STRIP_PIXELS > 1), the windows of the next pixels. With stride 1 a pixel of two rows takes
// 4 loads, 8 unpacks and 24 dot products for 128 results; finishing takes 3 or 4 instructions for each 16.

// What all vectors of a layer share, in all lanes.
typedef struct {
    vec zero, low, high, flip, zero_bytes;
    bool shifts;               // the zero point is not 0
    bool clamps, clamps_above; // to less than what the type holds; to less than that and the zero point leave
} DEPTHWISE(finish);

ALWAYS_INLINE DEPTHWISE(finish) DEPTHWISE(load_finish)(const finish_values *f) {
    return (DEPTHWISE(finish)){all_words(f->zero), all_bytes(f->low),           all_bytes(f->top),
                               all_bytes(f->flip), all_bytes((uint8_t)f->zero), f->zero != 0,
                               finish_clamps(f),   finish_clamps_above(f)};
}

/// Sums times their scales as integers.
ALWAYS_INLINE vec DEPTHWISE(scaled)(vec sums, const uint8_t *scale, const bool lifted) {
    return lifted ? scaled_lifted(sums, scale, scale + 4 * VECTOR) : scaled_bounded(sums, scale);
}

/// Words, from the four vectors of sums, as bytes. Negative ones of lifted sums may become the zero point.
ALWAYS_INLINE vec DEPTHWISE(finished)(vec front, vec back, const bool lifted, const DEPTHWISE(finish) * f) {
    if (!lifted) {
        front = add_words(front, f->zero);
        back = add_words(back, f->zero);
    }
    vec bytes = bytes_of(front, back);
    if (lifted && f->shifts) {
        bytes = add_bytes(bytes, f->zero_bytes);
    }
    return flipped((lifted ? f->clamps_above : f->clamps) ? clamped(bytes, f->low, f->high) : bytes, f->flip);
}

/// The pixels of column `x` of the image, or outside it, four bytes of each channel next to each other.
ALWAYS_INLINE void DEPTHWISE(load_column)(const depthwise_strip *s, ptrdiff_t x, const size_t taps, vec column[4]) {
    const bool whole = (size_t)x < s->whole_columns, last = (size_t)x < s->image_columns;
    const vec flip = all_bytes(s->flip);
    vec rows[4];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 4; i++) {
        if (i < taps) {
            const uint8_t *edge = last ? s->last[i] : s->outside;
            rows[i] = flipped(load_bytes(whole ? s->rows[i] + (size_t)x * s->pitch : edge), flip);
        } else {
            rows[i] = rows[i - 1];
        }
    }
    interleave(rows, column);
}

/// Adds the taps of vector `v` of the block to sums `i`.
ALWAYS_INLINE void DEPTHWISE(add_taps)(const uint8_t *weights, vec (*columns)[4], const size_t v, const size_t i,
                                       const size_t step, const size_t pixels, const size_t rows,
                                       vec sums[2][STRIP_PIXELS][2]) {
#pragma clang loop unroll(full)
    for (size_t kx = 0; kx < 3; kx++) {
        activation_vec a[STRIP_PIXELS];
#pragma clang loop unroll(full)
        for (size_t p = 0; p < pixels; p++) {
            a[p] = operand(columns[p * step + kx][v]);
        }
#pragma clang loop unroll(full)
        for (size_t row = 0; row < rows; row++) {
            const weight_vec w = load_weights(weights + (kx * 2 + row) * 4 * VECTOR * WEIGHT_BYTES);
#pragma clang loop unroll(full)
            for (size_t p = 0; p < pixels; p++) {
                sums[row][p][i] = dot(sums[row][p][i], a[p], w);
            }
        }
    }
}

/// Computes `pixels` pixels of `rows` rows, from output column `x`.
ALWAYS_INLINE void DEPTHWISE(strip_tile)(const depthwise_strip *s, size_t x, vec (*columns)[4], const size_t step,
                                         const size_t pixels, const size_t rows, const bool lifted,
                                         const DEPTHWISE(finish) * f) {
    const uint8_t *const weights = s->block + DEPTHWISE_DIRECT_HEADER * VECTOR;
    vec words[2][STRIP_PIXELS][2];
#pragma clang loop unroll(full)
    for (size_t half = 0; half < 2; half++) {
        vec sums[2][STRIP_PIXELS][2];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 2; i++) {
            const vec bias = load_sums(s->block + (2 * half + i) * VECTOR);
#pragma clang loop unroll(full)
            for (size_t p = 0; p < pixels; p++) {
                sums[0][p][i] = sums[1][p][i] = bias;
            }
            const uint8_t *at = weights + (2 * half + i) * VECTOR * WEIGHT_BYTES;
            DEPTHWISE(add_taps)(at, columns, 2 * half + i, i, step, pixels, rows, sums);
#pragma clang loop unroll(disable)
            for (size_t part = 1; WEIGHT_BYTES == 1 && __builtin_expect(part < s->parts, 0); part++) {
                DEPTHWISE(add_taps)(at + part * s->part_bytes, columns, 2 * half + i, i, step, pixels, rows, sums);
            }
        }
#pragma clang loop unroll(full)
        for (size_t row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
            for (size_t p = 0; p < pixels; p++) {
                const uint8_t *scale = s->block + (4 + 2 * half) * VECTOR;
                words[row][p][half] = words_of(DEPTHWISE(scaled)(sums[row][p][0], scale, lifted),
                                               DEPTHWISE(scaled)(sums[row][p][1], scale + VECTOR, lifted));
            }
        }
    }
#pragma clang loop unroll(full)
    for (size_t row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
        for (size_t p = 0; p < pixels; p++) {
            const vec bytes = DEPTHWISE(finished)(words[row][p][0], words[row][p][1], lifted, f);
            uint8_t *target = s->targets[row] + (x + p) * s->target_pitch;
            if (s->width == VECTOR) {
                store_bytes(target, bytes);
            } else {
                store_some(target, bytes, s->width);
            }
        }
    }
}

/// `step`: columns from one window to the next; 3 where windows share none, and are computed one by one.
ALWAYS_INLINE void DEPTHWISE(run_strip)(const depthwise_strip *s, const size_t step, const size_t pixels,
                                        const size_t rows, const bool lifted) {
    const DEPTHWISE(finish) finish = DEPTHWISE(load_finish)(s->finish);
    const size_t taps = rows + 2, shared = 3 - step;
    vec columns[3 + 2 * STRIP_PIXELS][4];
    ptrdiff_t at = s->first; // the image's column of the next window
#pragma clang loop unroll(full)
    for (size_t i = 0; i < shared; i++) {
        DEPTHWISE(load_column)(s, at + (ptrdiff_t)(i * s->dilation), taps, columns[i]);
    }
    size_t x = 0;
    for (; x + pixels <= s->columns; x += pixels, at += (ptrdiff_t)(pixels * s->stride)) {
#pragma clang loop unroll(full)
        for (size_t i = shared; i < 3 + (pixels - 1) * step; i++) {
            DEPTHWISE(load_column)(s, at + (ptrdiff_t)(i * s->dilation), taps, columns[i]);
        }
        DEPTHWISE(strip_tile)(s, x, columns, step, pixels, rows, lifted, &finish);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < shared; i++) {
#pragma clang loop unroll(full)
            for (size_t v = 0; v < 4; v++) {
                columns[i][v] = columns[pixels * step + i][v];
            }
        }
    }
    if (x < s->columns) {
#pragma clang loop unroll(full)
        for (size_t i = shared; i < 3; i++) {
            DEPTHWISE(load_column)(s, at + (ptrdiff_t)(i * s->dilation), taps, columns[i]);
        }
        DEPTHWISE(strip_tile)(s, x, columns, step, 1, rows, lifted, &finish);
    }
}

// Windows that share columns keep them in registers; where those do not last, one pixel is computed at a time.
#define STRIP(NAME, STEP, PIXELS_AT_ONCE, ROW_COUNT)                                                                   \
    static void DEPTHWISE(NAME)(const depthwise_strip *s) {                                                            \
        s->lifted ? DEPTHWISE(run_strip)(s, STEP, PIXELS_AT_ONCE, ROW_COUNT, true)                                     \
                  : DEPTHWISE(run_strip)(s, STEP, PIXELS_AT_ONCE, ROW_COUNT, false);                                   \
    }
STRIP(strip_next, 1, STRIP_PIXELS, 1)
STRIP(strip_next_pair, 1, STRIP_PIXELS, 2)
STRIP(strip_second, 2, STRIP_PIXELS, 1)
STRIP(strip_apart, 3, 1, 1)
STRIP(strip_apart_pair, 3, 1, 2)
#undef STRIP

/// Computes one block of channels of one or two output rows.
void DEPTHWISE(strip)(const depthwise_strip *s, size_t rows);

void DEPTHWISE(strip)(const depthwise_strip *s, size_t rows) {
    if (s->stride == s->dilation) {
        rows == 2 ? DEPTHWISE(strip_next_pair)(s) : DEPTHWISE(strip_next)(s);
    } else if (s->stride == 2 * s->dilation && rows == 1) {
        DEPTHWISE(strip_second)(s);
    } else {
        rows == 2 ? DEPTHWISE(strip_apart_pair)(s) : DEPTHWISE(strip_apart)(s);
    }
}
