// Dynamic-range quantization on vectors: the bits of the portable kernels.
#pragma once
#include "quantize.h"
#include <math.h>
#include <string.h>

/// Least and greatest of the values and 0.
LANES_INLINE void dynamic_range(const float *values, size_t count, float *minimum, float *maximum) {
    floats low[2] = {floats_of(0), floats_of(0)}, high[2] = {floats_of(0), floats_of(0)};
    size_t i = 0;
    for (; i + 2 * LANES <= count; i += 2 * LANES) {
        for (size_t k = 0; k < 2; k++) {
            const floats x = floats_load(values + i + k * LANES);
            low[k] = floats_minimum(x, low[k]);
            high[k] = floats_maximum(x, high[k]);
        }
    }
    for (; i < count; i += LANES) {
        const floats x = floats_load_some(values + i, count - i);
        low[0] = floats_minimum(x, low[0]);
        high[0] = floats_maximum(x, high[0]);
    }
    *minimum = floats_least(floats_minimum(low[0], low[1]));
    *maximum = floats_greatest(floats_maximum(high[0], high[1]));
}

#define F32_RANGE(name)                                                                                                \
    void name(const float *restrict values, size_t count, float *restrict minimum, float *restrict maximum) {          \
        float ends[2];                                                                                                 \
        dynamic_range(values, count, &ends[0], &ends[1]);                                                              \
        arete_f32_range(ends, 2, minimum, maximum);                                                                    \
    }

static inline float greater(float a, float b) { return a > b ? a : b; }

/// Quantizes values of a range that holds 0 and more; signed bytes plus `lift`, 0 or 128.
LANES_INLINE void dynamic_quantized(arete_dynamic_form form, arete_dynamic_scale scale, float minimum, float maximum,
                                    const float *values, size_t count, int32_t lift, uint8_t *output) {
    const int32_t zero = scale.zero_point + lift;
    const int is_signed = lift == 0;
    quantize_form f;
    switch (form) {
    case ARETE_DYNAMIC_SYMMETRIC:
        f = quantize_form_of(127 / greater(-minimum, maximum), lift, lift - 127, lift + 127, is_signed);
        quantized_multiply_away(values, count, &f, 1, output);
        break;
    case ARETE_DYNAMIC_ASYMMETRIC:
        f = quantize_form_of(1.0f / scale.scale, zero, lift - 128, lift + 127, is_signed);
        quantized_multiply_away(values, count, &f, 1, output);
        break;
    case ARETE_DYNAMIC_FAST:
        f = quantize_form_of(255.0f / (maximum - minimum), zero, lift - 128, lift + 127, is_signed);
        quantized_multiply_even(values, count, &f, 1, output);
        break;
    default:
        f = quantize_form_of(scale.scale, scale.zero_point, 0, 255, 0);
        quantized_divide_even(values, count, &f, 1, output);
        break;
    }
}

LANES_INLINE int dynamic_is_range(float minimum, float maximum) {
    return maximum - minimum > 0 && minimum <= 0 && maximum >= 0;
}

#define DYNAMIC_QUANTIZE(name)                                                                                         \
    void name(arete_dynamic_form form, arete_dynamic_scale scale, float minimum, float maximum,                        \
              const float *restrict values, size_t count, void *restrict output) {                                     \
        if (dynamic_is_range(minimum, maximum)) {                                                                      \
            dynamic_quantized(form, scale, minimum, maximum, values, count, 0, output);                                \
        } else {                                                                                                       \
            arete_dynamic_quantize(form, scale, minimum, maximum, values, count, output);                              \
        }                                                                                                              \
    }

/// arete_dynamic_scale_of of the fast form, and the factor of the values, for the range in each lane.
typedef struct {
    floats factor, scale;
    ints zero_point;
} dynamic_fast_form;

LANES_INLINE dynamic_fast_form dynamic_fast_of(floats least, floats greatest) {
    const floats one = floats_of(1), width = greatest - least, inverse = floats_of(255) / width;
    const floats scaled_low = least * inverse, scaled_high = greatest * inverse;
    const ints is_low = (floats_of(-128) + scaled_low) + (floats_of(127) + scaled_high) > floats_of(0);
    const floats zero =
        (floats)(((ints)(floats_of(-128) - scaled_low) & is_low) | ((ints)(floats_of(127) - scaled_high) & ~is_low));
    // No range at all, or one without end: a scale of 1.
    const ints exists = (width > floats_of(0)) & (width < floats_of(INFINITY));
    const floats bounded = floats_minimum(floats_maximum(zero, floats_of(-128)), floats_of(127));
    return (dynamic_fast_form){inverse, (floats)(((ints)(one / inverse) & exists) | ((ints)one & ~exists)),
                               floats_rounded(bounded) & exists};
}

/// Quantizes a row whose factor and zero point are in all lanes.
LANES_INLINE void dynamic_fast_row(const float *values, size_t count, floats factor, ints zero_point, int32_t lift,
                                   uint8_t *output) {
    const quantize_form f = {factor, floats_from(ints_of(-128) - zero_point), floats_from(ints_of(127) - zero_point),
                             zero_point + ints_of(lift), lift == 0};
    quantized_row(values, count, &f, ARETE_QUANTIZE_MULTIPLY_EVEN, NOT_NUMBERS_LEAST, 4, output);
}

/// Rows of the fast form, as many as LANES at most: their scales are worked out side by side.
LANES_INLINE void dynamic_fast_rows(const float *values, size_t rows, size_t count, int32_t lift,
                                    arete_dynamic_scale *scales, uint8_t *output) {
    float low[LANES] = {0}, high[LANES] = {0}, factors[LANES], all_scales[LANES];
    int32_t zero_points[LANES];
    for (size_t r = 0; r < rows; r++) {
        dynamic_range(values + r * count, count, &low[r], &high[r]);
    }
    const dynamic_fast_form forms = dynamic_fast_of(floats_load(low), floats_load(high));
    floats_store(factors, forms.factor);
    floats_store(all_scales, forms.scale);
    ints_store(zero_points, forms.zero_point);
    for (size_t r = 0; r < rows; r++, values += count, output += count) {
        scales[r] = (arete_dynamic_scale){all_scales[r], zero_points[r]};
        if (high[r] - low[r] > 0) {
            dynamic_fast_row(values, count, floats_of(factors[r]), ints_of(zero_points[r]), lift, output);
        } else {
            memset(output, lift, count);
        }
    }
}

/// The same of a single row, all of it in registers.
LANES_INLINE void dynamic_fast_single(const float *values, size_t count, int32_t lift, arete_dynamic_scale *scale,
                                      uint8_t *output) {
    float low, high;
    dynamic_range(values, count, &low, &high);
    const dynamic_fast_form form = dynamic_fast_of(floats_of(low), floats_of(high));
    *scale = (arete_dynamic_scale){form.scale[0], form.zero_point[0]};
    if (high - low > 0) {
        dynamic_fast_row(values, count, form.factor, form.zero_point, lift, output);
    } else {
        memset(output, lift, count);
    }
}

#define DYNAMIC_QUANTIZE_ROWS(name)                                                                                    \
    void name(arete_dynamic_form form, bool plus_128, const float *restrict values, size_t rows, size_t count,         \
              arete_dynamic_scale *restrict scales, uint8_t *restrict output) {                                        \
        const int32_t lift = plus_128 && form != ARETE_DYNAMIC_UINT8 ? 128 : 0;                                        \
        if (form == ARETE_DYNAMIC_FAST && rows == 1) {                                                                 \
            dynamic_fast_single(values, count, lift, scales, output);                                                  \
            return;                                                                                                    \
        }                                                                                                              \
        for (size_t r = 0; form == ARETE_DYNAMIC_FAST && r < rows; r += LANES) {                                       \
            dynamic_fast_rows(values + r * count, rows - r < LANES ? rows - r : LANES, count, lift, scales + r,        \
                              output + r * count);                                                                     \
        }                                                                                                              \
        for (size_t r = 0; form != ARETE_DYNAMIC_FAST && r < rows; r++, values += count, output += count) {            \
            float low, high;                                                                                           \
            dynamic_range(values, count, &low, &high);                                                                 \
            scales[r] = arete_dynamic_scale_of(form, low, high);                                                       \
            if (dynamic_is_range(low, high)) {                                                                         \
                dynamic_quantized(form, scales[r], low, high, values, count, lift, output);                            \
            } else {                                                                                                   \
                arete_dynamic_quantize(form, scales[r], low, high, values, count, output);                             \
                for (size_t i = 0; lift != 0 && i < count; i++) {                                                      \
                    output[i] ^= 0x80;                                                                                 \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }

/// A sum as a float in one of the orders; rounded after each operation but for the fused one.
LANES_INLINE floats dynamic_joined(arete_dynamic_order order, floats sum, floats weight, floats activation,
                                   floats bias) {
    switch (order) {
    case ARETE_DYNAMIC_PRODUCT:
        return sum * (weight * activation) + bias;
    case ARETE_DYNAMIC_SEQUENTIAL:
        return sum * weight * activation + bias;
    case ARETE_DYNAMIC_BLOCKED:
        return sum * activation * weight + bias;
    default:
        return floats_fused(sum * activation, weight, bias);
    }
}

LANES_INLINE void dynamic_row(arete_dynamic_order order, const arete_dynamic_output *form, float activation,
                              const int32_t *sums, size_t begin, size_t end, float *output) {
    const floats low = floats_of(form->minimum), high = floats_of(form->maximum);
    for (size_t c = begin; c < end; c += LANES) {
        const size_t left = end - c;
        const floats weight =
            form->step ? floats_load_some(form->weight_scales + c, left) : floats_of(form->weight_scales[0]);
        const floats bias = form->bias ? floats_load_some(form->bias + c, left) : floats_of(0);
        const floats sum = floats_from(ints_load_some(sums + c, left));
        const floats x = dynamic_joined(order, sum, weight, floats_of(activation), bias);
        floats_store_some(output + c, floats_minimum(high, floats_maximum(low, x)), left);
    }
}

static void dynamic_rows(arete_dynamic_order order, const arete_dynamic_output *form, float activation,
                         const int32_t *sums, size_t begin, size_t end, float *output) {
    switch (order) {
    case ARETE_DYNAMIC_PRODUCT:
        dynamic_row(ARETE_DYNAMIC_PRODUCT, form, activation, sums, begin, end, output);
        break;
    case ARETE_DYNAMIC_SEQUENTIAL:
        dynamic_row(ARETE_DYNAMIC_SEQUENTIAL, form, activation, sums, begin, end, output);
        break;
    case ARETE_DYNAMIC_BLOCKED:
        dynamic_row(ARETE_DYNAMIC_BLOCKED, form, activation, sums, begin, end, output);
        break;
    default:
        dynamic_row(ARETE_DYNAMIC_FUSED, form, activation, sums, begin, end, output);
        break;
    }
}

#define DYNAMIC_DEQUANTIZE(name)                                                                                       \
    void name(const arete_dynamic_output *form, float activation_scale, const int32_t *sums, size_t rows,              \
              size_t channels, float *output) {                                                                        \
        const size_t blocked = form->order == ARETE_DYNAMIC_BLOCKED ? channels / 4 * 4 : 0;                            \
        for (size_t r = 0; r < rows; r++, sums += channels, output += channels) {                                      \
            dynamic_rows(ARETE_DYNAMIC_SEQUENTIAL, form, activation_scale, sums, 0, blocked, output);                  \
            dynamic_rows(form->order, form, activation_scale, sums, blocked, channels, output);                        \
        }                                                                                                              \
    }

/// The scale of a pixel, and how many pixels from it on share it.
typedef struct {
    size_t index, left;
} dynamic_place;

LANES_INLINE dynamic_place dynamic_place_of(const arete_dynamic_finish *finish, size_t pixel) {
    // A division takes as long as finishing some vectors.
    if (finish->pixels == 1) {
        return (dynamic_place){pixel, 1};
    }
    return pixel < finish->pixels ? (dynamic_place){0, finish->pixels - pixel}
                                  : (dynamic_place){pixel / finish->pixels, finish->pixels - pixel % finish->pixels};
}

LANES_INLINE arete_dynamic_scale dynamic_next_scale(const arete_dynamic_finish *finish, dynamic_place *place) {
    const arete_dynamic_scale scale = finish->scales[place->index];
    if (--place->left == 0) {
        *place = (dynamic_place){place->index + 1, finish->pixels};
    }
    return scale;
}

/// One vector of channels of all rows: what belongs to the channels stays in registers.
LANES_INLINE void dynamic_finish_channels(const arete_dynamic_order order, const arete_dynamic_finish *finish,
                                          const int32_t *sums, size_t sum_stride, size_t pixel, size_t rows,
                                          size_t channel, size_t count, float *output, size_t output_stride) {
    const arete_dynamic_output *form = &finish->output;
    const floats low = floats_of(form->minimum), high = floats_of(form->maximum);
    const ints weight_sums = ints_load_some(finish->weight_sums + channel, count);
    const floats weight =
        form->step ? floats_load_some(form->weight_scales + channel, count) : floats_of(form->weight_scales[0]);
    const floats bias = form->bias ? floats_load_some(form->bias + channel, count) : floats_of(0);
    dynamic_place place = dynamic_place_of(finish, pixel);
    for (size_t r = 0; r < rows; r++, sums += sum_stride, output += output_stride) {
        const arete_dynamic_scale activation = dynamic_next_scale(finish, &place);
        const ints excess = ints_multiplied(ints_of(activation.zero_point), weight_sums);
        const floats sum = floats_from(ints_load_some(sums, count) - excess);
        const floats x = dynamic_joined(order, sum, weight, floats_of(activation.scale), bias);
        floats_store_some(output, floats_minimum(high, floats_maximum(low, x)), count);
    }
}

LANES_INLINE void dynamic_correct_channels(const arete_dynamic_finish *finish, const int32_t *sums, size_t sum_stride,
                                           size_t pixel, size_t rows, size_t channel, size_t count, int32_t *output,
                                           size_t output_stride) {
    const ints weight_sums = ints_load_some(finish->weight_sums + channel, count);
    dynamic_place place = dynamic_place_of(finish, pixel);
    for (size_t r = 0; r < rows; r++, sums += sum_stride, output += output_stride) {
        const int32_t zero_point = dynamic_next_scale(finish, &place).zero_point;
        ints_store_some(output, ints_load_some(sums, count) - ints_multiplied(ints_of(zero_point), weight_sums), count);
    }
}

/// All channels of one pixel: what belongs to the pixel stays in registers.
LANES_INLINE void dynamic_finish_pixel(const arete_dynamic_order order, const arete_dynamic_finish *finish,
                                       const int32_t *sums, size_t pixel, size_t first, size_t count, float *output) {
    const arete_dynamic_output *form = &finish->output;
    const dynamic_place place = dynamic_place_of(finish, pixel);
    const arete_dynamic_scale activation = finish->scales[place.index];
    const floats low = floats_of(form->minimum), high = floats_of(form->maximum), scale = floats_of(activation.scale);
    const ints zero_point = ints_of(activation.zero_point);
    const float *weights = form->weight_scales + (form->step ? first : 0),
                *bias = form->bias ? form->bias + first : NULL;
    const int32_t *weight_sums = finish->weight_sums + first;
    for (size_t c = 0; c < count; c += LANES) {
        const size_t left = count - c;
        const floats weight = form->step ? floats_load_some(weights + c, left) : floats_of(weights[0]);
        const floats offset = bias ? floats_load_some(bias + c, left) : floats_of(0);
        const ints excess = ints_multiplied(zero_point, ints_load_some(weight_sums + c, left));
        const floats sum = floats_from(ints_load_some(sums + c, left) - excess);
        const floats x = dynamic_joined(order, sum, weight, scale, offset);
        floats_store_some(output + c, floats_minimum(high, floats_maximum(low, x)), left);
    }
}

#define DYNAMIC_FINISH_ORDER(ORDER)                                                                                    \
    if (rows == 1) {                                                                                                   \
        dynamic_finish_pixel(ORDER, finish, sums, pixel, first, count, output);                                        \
        break;                                                                                                         \
    }                                                                                                                  \
    for (size_t c = 0; c < count; c += LANES) {                                                                        \
        dynamic_finish_channels(ORDER, finish, sums + c, sum_stride, pixel, rows, first + c, count - c,                \
                                (float *)output + c, output_stride);                                                   \
    }                                                                                                                  \
    break;

#define DYNAMIC_FINISH_ROWS(name)                                                                                      \
    void name(const arete_dynamic_finish *finish, const int32_t *sums, size_t sum_stride, size_t pixel, size_t rows,   \
              size_t first, size_t count, void *output, size_t output_stride) {                                        \
        for (size_t c = 0; !finish->output.weight_scales && c < count; c += LANES) {                                   \
            dynamic_correct_channels(finish, sums + c, sum_stride, pixel, rows, first + c, count - c,                  \
                                     (int32_t *)output + c, output_stride);                                            \
        }                                                                                                              \
        if (!finish->output.weight_scales) {                                                                           \
            return;                                                                                                    \
        }                                                                                                              \
        switch (finish->output.order) {                                                                                \
        case ARETE_DYNAMIC_PRODUCT:                                                                                    \
            DYNAMIC_FINISH_ORDER(ARETE_DYNAMIC_PRODUCT)                                                                \
        case ARETE_DYNAMIC_SEQUENTIAL:                                                                                 \
            DYNAMIC_FINISH_ORDER(ARETE_DYNAMIC_SEQUENTIAL)                                                             \
        case ARETE_DYNAMIC_BLOCKED:                                                                                    \
            DYNAMIC_FINISH_ORDER(ARETE_DYNAMIC_BLOCKED)                                                                \
        default:                                                                                                       \
            DYNAMIC_FINISH_ORDER(ARETE_DYNAMIC_FUSED)                                                                  \
        }                                                                                                              \
    }
