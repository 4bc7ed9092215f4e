// Writes the taps of a convolution as a matrix.
#include "arete_float_conv.h"
#include "stencil_walk.h"
#include <string.h>

size_t arete_im2col_rows(const arete_stencil *stencil, size_t channels) {
    return channels * arete_area(stencil->kernel);
}

#define IM2COL(BITS)                                                                                                   \
    /* Outputs first ..< first + n of one row, all in output row (od, oh). */                                          \
    static void row_##BITS(const arete_stencil *s, const uint##BITS##_t *x_row, size_t tap, size_t first, size_t n,    \
                           uint##BITS##_t *to) {                                                                       \
        const arete_tap_range inside = arete_inside_outputs(s, 2, tap);                                                \
        size_t begin = inside.begin > first ? inside.begin : first;                                                    \
        size_t end = inside.end < first + n ? inside.end : first + n;                                                  \
        if (x_row == NULL || begin >= end) begin = end = first + n;                                                    \
        memset(to, 0, (begin - first) * sizeof *to);                                                                   \
        const size_t stride = s->stride[2];                                                                            \
        if (begin < end) {                                                                                             \
            const uint##BITS##_t *const from = x_row + ((ptrdiff_t)(begin * stride) + inside.origin);                  \
            if (stride == 1) {                                                                                         \
                memcpy(to + (begin - first), from, (end - begin) * sizeof *to);                                        \
            } else {                                                                                                   \
                for (size_t i = 0; i < end - begin; i++) to[begin - first + i] = from[i * stride];                     \
            }                                                                                                          \
        }                                                                                                              \
        memset(to + (end - first), 0, (first + n - end) * sizeof *to);                                                 \
    }                                                                                                                  \
    static void im2col_##BITS(const arete_stencil *s, const void *x, size_t first, size_t count, void *matrix,         \
                              size_t begin, size_t end) {                                                              \
        for (size_t r = begin; r < end; r++) {                                                                         \
            uint##BITS##_t *const to = (uint##BITS##_t *)matrix + r * count;                                           \
            const size_t kw = r % s->kernel[2], kh = r / s->kernel[2] % s->kernel[1];                                  \
            const size_t kd = r / s->kernel[2] / s->kernel[1] % s->kernel[0];                                          \
            const uint##BITS##_t *const plane =                                                                        \
                (const uint##BITS##_t *)x + r / arete_area(s->kernel) * arete_area(s->input);                          \
            for (size_t at = first, n; at < first + count; at += n) {                                                  \
                const size_t ow = at % s->output[2], line = at / s->output[2];                                         \
                const size_t room = s->output[2] - ow, left = first + count - at;                                      \
                n = room < left ? room : left;                                                                         \
                const size_t oh = line % s->output[1], od = line / s->output[1];                                       \
                const arete_tap_range d = arete_inside_taps(s, 0, od), h = arete_inside_taps(s, 1, oh);                \
                const bool inside = kd >= d.begin && kd < d.end && kh >= h.begin && kh < h.end;                        \
                const ptrdiff_t depth = d.origin + (ptrdiff_t)(kd * s->dilation[0]);                                   \
                const ptrdiff_t row = depth * (ptrdiff_t)s->input[1] + h.origin + (ptrdiff_t)(kh * s->dilation[1]);    \
                row_##BITS(s, inside ? plane + row *(ptrdiff_t)s->input[2] : NULL, kw, ow, n, to + (at - first));      \
            }                                                                                                          \
        }                                                                                                              \
    }
IM2COL(8)
IM2COL(16)
IM2COL(32)
IM2COL(64)

arete_im2col_function arete_im2col(size_t element_size) {
    switch (element_size) {
    case 1:
        return im2col_8;
    case 2:
        return im2col_16;
    case 4:
        return im2col_32;
    case 8:
        return im2col_64;
    default:
        return NULL;
    }
}

void arete_im2row(const arete_stencil *s, size_t element_size, size_t x_channels, size_t channels, const void *x,
                  void *matrix, size_t begin, size_t end) {
    const size_t unit = channels * element_size, pitch = x_channels * element_size;
    char *to = matrix;
    for (size_t at = begin; at < end; at++) {
        const size_t ow = at % s->output[2], oh = at / s->output[2] % s->output[1];
        const size_t od = at / s->output[2] / s->output[1];
        const arete_tap_range d = arete_inside_taps(s, 0, od), h = arete_inside_taps(s, 1, oh);
        const arete_tap_range w = arete_inside_taps(s, 2, ow);
        for (size_t kd = 0; kd < s->kernel[0]; kd++) {
            for (size_t kh = 0; kh < s->kernel[1]; kh++) {
                const bool inside = kd >= d.begin && kd < d.end && kh >= h.begin && kh < h.end && w.begin < w.end;
                if (!inside) {
                    memset(to, 0, s->kernel[2] * unit);
                    to += s->kernel[2] * unit;
                    continue;
                }
                const size_t depth = (size_t)(d.origin + (ptrdiff_t)(kd * s->dilation[0]));
                const size_t row = depth * s->input[1] + (size_t)(h.origin + (ptrdiff_t)(kh * s->dilation[1]));
                memset(to, 0, w.begin * unit);
                const size_t first = (size_t)(w.origin + (ptrdiff_t)(w.begin * s->dilation[2]));
                const char *from = (const char *)x + (row * s->input[2] + first) * pitch;
                if (unit == pitch && s->dilation[2] == 1) {
                    memcpy(to + w.begin * unit, from, (w.end - w.begin) * unit);
                } else {
                    for (size_t kw = w.begin; kw < w.end; kw++, from += s->dilation[2] * pitch) {
                        memcpy(to + kw * unit, from, unit);
                    }
                }
                memset(to + w.end * unit, 0, (s->kernel[2] - w.end) * unit);
                to += s->kernel[2] * unit;
            }
        }
    }
}
