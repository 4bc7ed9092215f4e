// Dynamic-range quantization on vectors: the bits of the portable kernels.
#pragma once
#include "quantize.h"

#define F32_RANGE(name)                                                                                                \
    void name(const float *restrict values, size_t count, float *restrict minimum, float *restrict maximum) {          \
        floats low[2] = {floats_of(0), floats_of(0)}, high[2] = {floats_of(0), floats_of(0)};                          \
        size_t i = 0;                                                                                                  \
        for (; i + 2 * LANES <= count; i += 2 * LANES) {                                                               \
            for (size_t k = 0; k < 2; k++) {                                                                           \
                const floats x = floats_load(values + i + k * LANES);                                                  \
                low[k] = floats_minimum(x, low[k]);                                                                    \
                high[k] = floats_maximum(x, high[k]);                                                                  \
            }                                                                                                          \
        }                                                                                                              \
        for (; i < count; i += LANES) {                                                                                \
            const floats x = floats_load_some(values + i, count - i);                                                  \
            low[0] = floats_minimum(x, low[0]);                                                                        \
            high[0] = floats_maximum(x, high[0]);                                                                      \
        }                                                                                                              \
        const float ends[2] = {floats_least(floats_minimum(low[0], low[1])),                                           \
                               floats_greatest(floats_maximum(high[0], high[1]))};                                     \
        arete_f32_range(ends, 2, minimum, maximum);                                                                    \
    }

static inline float greater(float a, float b) { return a > b ? a : b; }

#define DYNAMIC_QUANTIZE(name)                                                                                         \
    void name(arete_dynamic_form form, arete_dynamic_scale scale, float minimum, float maximum,                        \
              const float *restrict values, size_t count, void *restrict output) {                                     \
        if (!(maximum - minimum > 0) || !(minimum <= 0) || !(maximum >= 0)) {                                          \
            arete_dynamic_quantize(form, scale, minimum, maximum, values, count, output);                              \
            return;                                                                                                    \
        }                                                                                                              \
        quantize_form f;                                                                                               \
        switch (form) {                                                                                                \
        case ARETE_DYNAMIC_SYMMETRIC:                                                                                  \
            f = quantize_form_of(127 / greater(-minimum, maximum), 0, -127, 127, 1);                                   \
            quantized_multiply_away(values, count, &f, 1, output);                                                     \
            break;                                                                                                     \
        case ARETE_DYNAMIC_ASYMMETRIC:                                                                                 \
            f = quantize_form_of(1.0f / scale.scale, scale.zero_point, -128, 127, 1);                                  \
            quantized_multiply_away(values, count, &f, 1, output);                                                     \
            break;                                                                                                     \
        case ARETE_DYNAMIC_FAST:                                                                                       \
            f = quantize_form_of(255.0f / (maximum - minimum), scale.zero_point, -128, 127, 1);                        \
            quantized_multiply_even(values, count, &f, 1, output);                                                     \
            break;                                                                                                     \
        default:                                                                                                       \
            f = quantize_form_of(scale.scale, scale.zero_point, 0, 255, 0);                                            \
            quantized_divide_even(values, count, &f, 1, output);                                                       \
            break;                                                                                                     \
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
    return (dynamic_place){pixel / finish->pixels, finish->pixels - pixel % finish->pixels};
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

#define DYNAMIC_FINISH_ORDER(ORDER)                                                                                    \
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
