// Inner products of int16 rows, the core of the dense scalar kernels: written so that the compiler pairs the products.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Rows are padded with zeros to a multiple of this, so that the inner loops have no tail.
enum { ARETE_DOT_STEP = 16 };

static inline size_t arete_dot_padded(size_t n) { return (n + ARETE_DOT_STEP - 1) / ARETE_DOT_STEP * ARETE_DOT_STEP; }

/// Sums of four rows of x (`stride` elements apart) times two rows of w; unsigned, since sums may wrap.
static inline void arete_dot_4x2(const int16_t *restrict x, size_t stride, const int16_t *restrict w, size_t w_stride,
                                 size_t n, uint32_t sums[restrict 8]) {
    const int16_t *restrict x0 = x, *restrict x1 = x + stride, *restrict x2 = x + 2 * stride,
                            *restrict x3 = x + 3 * stride;
    const int16_t *restrict w0 = w, *restrict w1 = w + w_stride;
    uint32_t a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
    for (size_t k = 0; k < n; k++) {
        a0 += (uint32_t)(x0[k] * w0[k]);
        a1 += (uint32_t)(x1[k] * w0[k]);
        a2 += (uint32_t)(x2[k] * w0[k]);
        a3 += (uint32_t)(x3[k] * w0[k]);
        b0 += (uint32_t)(x0[k] * w1[k]);
        b1 += (uint32_t)(x1[k] * w1[k]);
        b2 += (uint32_t)(x2[k] * w1[k]);
        b3 += (uint32_t)(x3[k] * w1[k]);
    }
    sums[0] = a0;
    sums[1] = a1;
    sums[2] = a2;
    sums[3] = a3;
    sums[4] = b0;
    sums[5] = b1;
    sums[6] = b2;
    sums[7] = b3;
}

/// Sums of one row of x times two rows of w.
static inline void arete_dot_1x2(const int16_t *restrict x, const int16_t *restrict w, size_t w_stride, size_t n,
                                 uint32_t sums[restrict 2]) {
    const int16_t *restrict w0 = w, *restrict w1 = w + w_stride;
    uint32_t a = 0, b = 0;
    for (size_t k = 0; k < n; k++) {
        a += (uint32_t)(x[k] * w0[k]);
        b += (uint32_t)(x[k] * w1[k]);
    }
    sums[0] = a;
    sums[1] = b;
}
