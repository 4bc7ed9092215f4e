// Direct convolutions of float tensors over one to three dimensions: the fallback for what no matrix product serves.
#include "arete_float_conv.h"
#include "elements.h"
#include "stencil_walk.h"

#pragma clang diagnostic ignored "-Wpass-failed"

enum {
    BLOCK = 64, // outputs of a row that are summed together
    KNOWN = 16, // taps of a row whose ranges are computed once
    LANES = 8,  // partial sums of a dot product, added in a fixed order
};

size_t arete_direct_conv_units(const arete_float_conv_plan *plan) {
    const size_t *const output = plan->stencil.output;
    if (plan->channels_last) return plan->batch * arete_area(output);
    return plan->batch * plan->y_channels * output[0] * output[1];
}

size_t arete_depthwise_float_units(const arete_float_conv_plan *plan) {
    return plan->batch * arete_area(plan->stencil.output);
}

#define DEFINE(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                          \
    /* Adds weight * x to the outputs of a block that the tap reaches. */                                              \
    static inline void add_tap_##TAG(size_t stride, arete_tap_range inside, const STORED *x_row, COMPUTED weight,      \
                                     COMPUTED *sums, size_t first, size_t n) {                                         \
        const size_t begin = inside.begin > first ? inside.begin : first;                                              \
        const size_t end = inside.end < first + n ? inside.end : first + n;                                            \
        if (begin >= end) return;                                                                                      \
        const STORED *const from = x_row + ((ptrdiff_t)(begin * stride) + inside.origin);                              \
        COMPUTED *const to = sums + (begin - first);                                                                   \
        if (stride == 1) {                                                                                             \
            for (size_t i = 0; i < end - begin; i++) to[i] += weight * LOAD(from[i]);                                  \
        } else {                                                                                                       \
            for (size_t i = 0; i < end - begin; i++) to[i] += weight * LOAD(from[i * stride]);                         \
        }                                                                                                              \
    }                                                                                                                  \
    /* One row of outputs of channel m of image n. */                                                                  \
    static void planes_row_##TAG(const arete_float_conv_plan *plan, const STORED *x, const STORED *weights,            \
                                 const STORED *bias, STORED *y, size_t image, size_t m, size_t od, size_t oh) {        \
        const arete_stencil *const s = &plan->stencil;                                                                 \
        const size_t depth = plan->x_channels / plan->groups, area = arete_area(s->input);                             \
        const size_t group = m / (plan->y_channels / plan->groups), taps = arete_area(s->kernel);                      \
        const STORED *const planes = x + (image * plan->x_channels + group * depth) * area;                            \
        const arete_tap_range td = arete_inside_taps(s, 0, od), th = arete_inside_taps(s, 1, oh);                      \
        arete_tap_range taps_of_row[KNOWN];                                                                            \
        for (size_t kw = 0; kw < s->kernel[2] && kw < KNOWN; kw++) taps_of_row[kw] = arete_inside_outputs(s, 2, kw);   \
        for (size_t first = 0; first < s->output[2]; first += BLOCK) {                                                 \
            const size_t room = s->output[2] - first, n = room < BLOCK ? room : BLOCK;                                 \
            COMPUTED sums[BLOCK];                                                                                      \
            for (size_t i = 0; i < n; i++) sums[i] = bias == NULL ? (COMPUTED)0 : LOAD(bias[m]);                       \
            for (size_t c = 0; c < depth; c++) {                                                                       \
                for (size_t kd = td.begin; kd < td.end; kd++) {                                                        \
                    const size_t plane = (size_t)(td.origin + (ptrdiff_t)(kd * s->dilation[0])) * s->input[1];         \
                    for (size_t kh = th.begin; kh < th.end; kh++) {                                                    \
                        const size_t row = plane + (size_t)(th.origin + (ptrdiff_t)(kh * s->dilation[1]));             \
                        const STORED *const x_row = planes + c * area + row * s->input[2];                             \
                        const STORED *const w =                                                                        \
                            weights + (m * depth + c) * taps + (kd * s->kernel[1] + kh) * s->kernel[2];                \
                        for (size_t kw = 0; kw < s->kernel[2]; kw++) {                                                 \
                            add_tap_##TAG(s->stride[2], kw < KNOWN ? taps_of_row[kw] : arete_inside_outputs(s, 2, kw), \
                                          x_row, LOAD(w[kw]), sums, first, n);                                         \
                        }                                                                                              \
                    }                                                                                                  \
                }                                                                                                      \
            }                                                                                                          \
            for (size_t i = 0; i < n; i++) y[first + i] = STORE(sums[i]);                                              \
        }                                                                                                              \
    }                                                                                                                  \
    static inline COMPUTED dot_##TAG(const STORED *a, const STORED *b, size_t n) {                                     \
        COMPUTED sums[LANES] = {0}, sum = 0;                                                                           \
        size_t i = 0;                                                                                                  \
        for (; i + LANES <= n; i += LANES) {                                                                           \
            for (size_t l = 0; l < LANES; l++) sums[l] += LOAD(a[i + l]) * LOAD(b[i + l]);                             \
        }                                                                                                              \
        for (; i < n; i++) sum += LOAD(a[i]) * LOAD(b[i]);                                                             \
        for (size_t l = 0; l < LANES; l++) sum += sums[l];                                                             \
        return sum;                                                                                                    \
    }                                                                                                                  \
    /* All channels of one place. */                                                                                   \
    static void place_##TAG(const arete_float_conv_plan *plan, const STORED *image, const STORED *weights,             \
                            const STORED *bias, STORED *y, const arete_tap_range t[3]) {                               \
        const arete_stencil *const s = &plan->stencil;                                                                 \
        const size_t depth = plan->x_channels / plan->groups, width = plan->y_channels / plan->groups;                 \
        for (size_t m = 0; m < plan->y_channels; m++) {                                                                \
            COMPUTED sum = bias == NULL ? (COMPUTED)0 : LOAD(bias[m]);                                                 \
            const STORED *const kernel = weights + m * arete_area(s->kernel) * depth;                                  \
            for (size_t kd = t[0].begin; kd < t[0].end; kd++) {                                                        \
                const size_t plane = (size_t)(t[0].origin + (ptrdiff_t)(kd * s->dilation[0])) * s->input[1];           \
                for (size_t kh = t[1].begin; kh < t[1].end; kh++) {                                                    \
                    const size_t row =                                                                                 \
                        (plane + (size_t)(t[1].origin + (ptrdiff_t)(kh * s->dilation[1]))) * s->input[2];              \
                    for (size_t kw = t[2].begin; kw < t[2].end; kw++) {                                                \
                        const size_t at = row + (size_t)(t[2].origin + (ptrdiff_t)(kw * s->dilation[2]));              \
                        const size_t tap = (kd * s->kernel[1] + kh) * s->kernel[2] + kw;                               \
                        sum +=                                                                                         \
                            dot_##TAG(image + at * plan->x_channels + m / width * depth, kernel + tap * depth, depth); \
                    }                                                                                                  \
                }                                                                                                      \
            }                                                                                                          \
            y[m] = STORE(sum);                                                                                         \
        }                                                                                                              \
    }                                                                                                                  \
    static void conv_##TAG(const arete_float_conv_plan *plan, const void *x, const void *weights, const void *bias,    \
                           void *y, size_t begin, size_t end) {                                                        \
        const arete_stencil *const s = &plan->stencil;                                                                 \
        const size_t image = arete_area(s->input) * plan->x_channels;                                                  \
        for (size_t unit = begin; unit < end; unit++) {                                                                \
            size_t rest = unit;                                                                                        \
            if (plan->channels_last) {                                                                                 \
                arete_tap_range taps[3];                                                                               \
                for (size_t d = 3; d-- > 0;) {                                                                         \
                    taps[d] = arete_inside_taps(s, d, rest % s->output[d]);                                            \
                    rest /= s->output[d];                                                                              \
                }                                                                                                      \
                place_##TAG(plan, (const STORED *)x + rest * image, weights, bias,                                     \
                            (STORED *)y + unit * plan->y_channels, taps);                                              \
            } else {                                                                                                   \
                const size_t oh = rest % s->output[1], od = rest / s->output[1] % s->output[0];                        \
                rest /= s->output[1] * s->output[0];                                                                   \
                planes_row_##TAG(plan, x, weights, bias, (STORED *)y + unit * s->output[2], rest / plan->y_channels,   \
                                 rest % plan->y_channels, od, oh);                                                     \
            }                                                                                                          \
        }                                                                                                              \
    }
ARETE_FOR_WIDE_FLOATS(DEFINE, )
DEFINE(f16, ARETE_FLOAT16, uint16_t, float, arete_float_from_half, arete_half_from_float, )

#define DEPTHWISE(TAG, TYPE, STORED, ...)                                                                              \
    static void depthwise_##TAG(const arete_float_conv_plan *plan, const void *x, const void *weights,                 \
                                const void *bias, void *y, size_t begin, size_t end) {                                 \
        const arete_stencil *const s = &plan->stencil;                                                                 \
        const size_t channels = plan->y_channels, multiplier = channels / plan->x_channels;                            \
        for (size_t unit = begin; unit < end; unit++) {                                                                \
            arete_tap_range t[3];                                                                                      \
            size_t rest = unit;                                                                                        \
            for (size_t d = 3; d-- > 0;) {                                                                             \
                t[d] = arete_inside_taps(s, d, rest % s->output[d]);                                                   \
                rest /= s->output[d];                                                                                  \
            }                                                                                                          \
            const STORED *const image = (const STORED *)x + rest * arete_area(s->input) * plan->x_channels;            \
            STORED *restrict to = (STORED *)y + unit * channels;                                                       \
            for (size_t c = 0; c < channels; c++) to[c] = bias == NULL ? 0 : ((const STORED *)bias)[c];                \
            for (size_t kd = t[0].begin; kd < t[0].end; kd++) {                                                        \
                const size_t plane = (size_t)(t[0].origin + (ptrdiff_t)(kd * s->dilation[0])) * s->input[1];           \
                for (size_t kh = t[1].begin; kh < t[1].end; kh++) {                                                    \
                    const size_t row =                                                                                 \
                        (plane + (size_t)(t[1].origin + (ptrdiff_t)(kh * s->dilation[1]))) * s->input[2];              \
                    for (size_t kw = t[2].begin; kw < t[2].end; kw++) {                                                \
                        const size_t at = row + (size_t)(t[2].origin + (ptrdiff_t)(kw * s->dilation[2]));              \
                        const size_t tap = (kd * s->kernel[1] + kh) * s->kernel[2] + kw;                               \
                        const STORED *restrict from = image + at * plan->x_channels;                                   \
                        const STORED *restrict w = (const STORED *)weights + tap * channels;                           \
                        if (multiplier == 1) {                                                                         \
                            for (size_t c = 0; c < channels; c++) to[c] += from[c] * w[c];                             \
                        } else {                                                                                       \
                            for (size_t c = 0; c < channels; c++) to[c] += from[c / multiplier] * w[c];                \
                        }                                                                                              \
                    }                                                                                                  \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }
ARETE_FOR_WIDE_FLOATS(DEPTHWISE, )

arete_float_conv_function arete_direct_conv(arete_element_type type) {
    switch (type) {
    case ARETE_FLOAT32:
        return conv_f32;
    case ARETE_FLOAT64:
        return conv_f64;
    case ARETE_FLOAT16:
        return conv_f16;
    default:
        return NULL;
    }
}

arete_float_conv_function arete_depthwise_float(arete_element_type type) {
    switch (type) {
    case ARETE_FLOAT32:
        return depthwise_f32;
    case ARETE_FLOAT64:
        return depthwise_f64;
    default:
        return NULL;
    }
}
