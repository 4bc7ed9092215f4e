// Transposed convolutions of float tensors: directly, and the sum that follows a matrix product.
#include "arete_float_conv.h"
#include "elements.h"
#include "stencil_walk.h"

#pragma clang diagnostic ignored "-Wpass-failed"

size_t arete_direct_conv_transpose_units(const arete_float_conv_plan *plan) {
    return plan->batch * (plan->channels_last ? arete_area(plan->stencil.input) : plan->y_channels);
}

// The place of x whose tap falls on place `at` of y in dimension d, or the extent of x when there is none.
static inline size_t source_place(const arete_stencil *s, size_t d, size_t at, size_t tap) {
    const ptrdiff_t reach = (ptrdiff_t)at + s->before[d] - (ptrdiff_t)(tap * s->dilation[d]);
    if (reach < 0 || (size_t)reach % s->stride[d] != 0) return s->output[d];
    const size_t place = (size_t)reach / s->stride[d];
    return place < s->output[d] ? place : s->output[d];
}

#define DEFINE(TAG, TYPE, STORED, ...)                                                                                 \
    /* Adds a plane of x, times each tap's weight, where it falls on a plane of y. */                                  \
    static void spread_##TAG(const arete_stencil *s, const STORED *x, size_t x_step, const STORED *weights,            \
                             STORED *y) {                                                                              \
        for (size_t kd = 0; kd < s->kernel[0]; kd++) {                                                                 \
            const arete_tap_range d = arete_inside_outputs(s, 0, kd);                                                  \
            for (size_t kh = 0; kh < s->kernel[1]; kh++) {                                                             \
                const arete_tap_range h = arete_inside_outputs(s, 1, kh);                                              \
                for (size_t kw = 0; kw < s->kernel[2]; kw++) {                                                         \
                    const arete_tap_range w = arete_inside_outputs(s, 2, kw);                                          \
                    const size_t tap = (kd * s->kernel[1] + kh) * s->kernel[2] + kw;                                   \
                    const STORED *const plane = x + tap * x_step;                                                      \
                    const STORED weight = weights == NULL ? (STORED)1 : weights[tap];                                  \
                    for (size_t od = d.begin; od < d.end; od++) {                                                      \
                        const size_t yd = (size_t)((ptrdiff_t)(od * s->stride[0]) + d.origin);                         \
                        for (size_t oh = h.begin; oh < h.end; oh++) {                                                  \
                            const size_t yh = (size_t)((ptrdiff_t)(oh * s->stride[1]) + h.origin);                     \
                            const STORED *restrict from = plane + (od * s->output[1] + oh) * s->output[2];             \
                            STORED *restrict to = y + (yd * s->input[1] + yh) * s->input[2];                           \
                            for (size_t ow = w.begin; ow < w.end; ow++) {                                              \
                                to[(ptrdiff_t)(ow * s->stride[2]) + w.origin] += from[ow] * weight;                    \
                            }                                                                                          \
                        }                                                                                              \
                    }                                                                                                  \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void fill_##TAG(STORED *y, STORED value, size_t n) {                                                        \
        for (size_t i = 0; i < n; i++) y[i] = value;                                                                   \
    }                                                                                                                  \
    static void col2im_##TAG(const arete_stencil *s, const void *matrix, const void *bias, void *y, size_t begin,      \
                             size_t end) {                                                                             \
        const size_t places = arete_area(s->output), taps = arete_area(s->kernel), area = arete_area(s->input);        \
        for (size_t c = begin; c < end; c++) {                                                                         \
            STORED *const plane = (STORED *)y + c * area;                                                              \
            fill_##TAG(plane, bias == NULL ? 0 : ((const STORED *)bias)[c], area);                                     \
            spread_##TAG(s, (const STORED *)matrix + c * taps * places, places, NULL, plane);                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void place_##TAG(const arete_float_conv_plan *plan, const STORED *image, const STORED *weights,             \
                            const STORED *bias, STORED *y, const size_t at[3]) {                                       \
        const arete_stencil *const s = &plan->stencil;                                                                 \
        const size_t depth = plan->x_channels, taps = arete_area(s->kernel);                                           \
        fill_##TAG(y, 0, plan->y_channels);                                                                            \
        for (size_t kd = 0; kd < s->kernel[0]; kd++) {                                                                 \
            const size_t xd = source_place(s, 0, at[0], kd);                                                           \
            for (size_t kh = 0; xd < s->output[0] && kh < s->kernel[1]; kh++) {                                        \
                const size_t xh = source_place(s, 1, at[1], kh);                                                       \
                for (size_t kw = 0; xh < s->output[1] && kw < s->kernel[2]; kw++) {                                    \
                    const size_t xw = source_place(s, 2, at[2], kw);                                                   \
                    if (xw == s->output[2]) continue;                                                                  \
                    const STORED *const from = image + ((xd * s->output[1] + xh) * s->output[2] + xw) * depth;         \
                    const size_t tap = (kd * s->kernel[1] + kh) * s->kernel[2] + kw;                                   \
                    for (size_t m = 0; m < plan->y_channels; m++) {                                                    \
                        const STORED *const w = weights + (m * taps + tap) * depth;                                    \
                        STORED sum = 0;                                                                                \
                        for (size_t c = 0; c < depth; c++) sum += from[c] * w[c];                                      \
                        y[m] += sum;                                                                                   \
                    }                                                                                                  \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
        for (size_t m = 0; bias != NULL && m < plan->y_channels; m++) y[m] += bias[m];                                 \
    }                                                                                                                  \
    static void transpose_##TAG(const arete_float_conv_plan *plan, const void *x, const void *weights,                 \
                                const void *bias, void *y, size_t begin, size_t end) {                                 \
        const arete_stencil *const s = &plan->stencil;                                                                 \
        const size_t places = arete_area(s->output), area = arete_area(s->input), taps = arete_area(s->kernel);        \
        const size_t depth = plan->x_channels / plan->groups, width = plan->y_channels / plan->groups;                 \
        for (size_t unit = begin; unit < end; unit++) {                                                                \
            if (plan->channels_last) {                                                                                 \
                size_t at[3], rest = unit;                                                                             \
                for (size_t d = 3; d-- > 0;) {                                                                         \
                    at[d] = rest % s->input[d];                                                                        \
                    rest /= s->input[d];                                                                               \
                }                                                                                                      \
                place_##TAG(plan, (const STORED *)x + rest * places * plan->x_channels, weights, bias,                 \
                            (STORED *)y + unit * plan->y_channels, at);                                                \
                continue;                                                                                              \
            }                                                                                                          \
            const size_t image = unit / plan->y_channels, m = unit % plan->y_channels, group = m / width;              \
            STORED *const plane = (STORED *)y + unit * area;                                                           \
            fill_##TAG(plane, bias == NULL ? 0 : ((const STORED *)bias)[m], area);                                     \
            for (size_t c = group * depth; c < (group + 1) * depth; c++) {                                             \
                spread_##TAG(s, (const STORED *)x + (image * plan->x_channels + c) * places, 0,                        \
                             (const STORED *)weights + (c * width + m % width) * taps, plane);                         \
            }                                                                                                          \
        }                                                                                                              \
    }
ARETE_FOR_WIDE_FLOATS(DEFINE, )

arete_float_conv_function arete_direct_conv_transpose(arete_element_type type) {
    switch (type) {
    case ARETE_FLOAT32:
        return transpose_f32;
    case ARETE_FLOAT64:
        return transpose_f64;
    default:
        return NULL;
    }
}

arete_col2im_function arete_col2im(arete_element_type type) {
    switch (type) {
    case ARETE_FLOAT32:
        return col2im_f32;
    case ARETE_FLOAT64:
        return col2im_f64;
    default:
        return NULL;
    }
}
