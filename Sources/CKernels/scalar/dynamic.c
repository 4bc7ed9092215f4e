// Dynamic-range quantization: ranges, scales, and the way back to floats.
#include "arete_dynamic.h"

#include <math.h>
#include <string.h>

void arete_f32_range(const float *restrict values, size_t count, float *restrict minimum, float *restrict maximum) {
    float low = *minimum < 0 ? *minimum : 0, high = *maximum > 0 ? *maximum : 0;
    for (size_t i = 0; i < count; i++) {
        low = values[i] < low ? values[i] : low;
        high = values[i] > high ? values[i] : high;
    }
    *minimum = low;
    *maximum = high;
}

static arete_dynamic_scale asymmetric(float low, float high) {
    const double least = -128, greatest = 127;
    const float range = high - low;
    double scale = range / (greatest - least);
    double from_low = least - low / scale, from_high = greatest - high / scale;
    double low_error = fabs(least) + fabs(low / scale), high_error = fabs(greatest) + fabs(high / scale);
    double zero_point = low_error < high_error ? from_low : from_high;
    int32_t nudged = zero_point <= least ? -128 : zero_point >= greatest ? 127 : (int32_t)round(zero_point);
    return (arete_dynamic_scale){(float)scale, nudged};
}

// The zero point is taken from the end of the range that rounds less.
static arete_dynamic_scale fast(float low, float high) {
    float inverse = 255.0f / (high - low);
    float scaled_low = low * inverse, scaled_high = high * inverse;
    float zero_point =
        (-128.0f + scaled_low) + (127.0f + scaled_high) > 0 ? -128.0f - scaled_low : 127.0f - scaled_high;
    // A range so short that its inverse is infinite may make a zero point that is no number.
    zero_point = zero_point > -128.0f ? zero_point < 127.0f ? zero_point : 127.0f : -128.0f;
    return (arete_dynamic_scale){1.0f / inverse, (int32_t)rintf(zero_point)};
}

static arete_dynamic_scale onnx(float low, float high) {
    float scale = (high - low) / 255.0f;
    float zero_point = rintf(0.0f - low / scale);
    zero_point = zero_point > 0 ? zero_point : 0;
    return (arete_dynamic_scale){scale, zero_point < 255.0f ? (int32_t)zero_point : 255};
}

arete_dynamic_scale arete_dynamic_scale_of(arete_dynamic_form form, float minimum, float maximum) {
    arete_dynamic_scale none = {1, 0};
    if (!(maximum - minimum > 0) || isinf(maximum - minimum)) {
        return none;
    }
    switch (form) {
    case ARETE_DYNAMIC_SYMMETRIC:
        return (arete_dynamic_scale){fmaxf(-minimum, maximum) / 127, 0};
    case ARETE_DYNAMIC_ASYMMETRIC:
        return asymmetric(minimum, maximum);
    case ARETE_DYNAMIC_FAST:
        return fast(minimum, maximum);
    default:
        return onnx(minimum, maximum);
    }
}

static int32_t saturated(float x, float low, float high) { return (int32_t)(x > low ? x < high ? x : high : low); }

void arete_dynamic_quantize(arete_dynamic_form form, arete_dynamic_scale scale, float minimum, float maximum,
                            const float *restrict values, size_t count, void *restrict output) {
    int8_t *restrict signed_output = output;
    uint8_t *restrict unsigned_output = output;
    const float zero_point = (float)scale.zero_point;
    if (!(maximum - minimum > 0)) {
        memset(output, form == ARETE_DYNAMIC_UINT8 ? (int)scale.zero_point : 0, count);
        return;
    }
    switch (form) {
    case ARETE_DYNAMIC_SYMMETRIC: {
        const float inverse = 127 / fmaxf(-minimum, maximum);
        for (size_t i = 0; i < count; i++) {
            signed_output[i] = (int8_t)saturated(roundf(values[i] * inverse), -127, 127);
        }
        break;
    }
    case ARETE_DYNAMIC_ASYMMETRIC: {
        const float inverse = 1.0f / scale.scale;
        for (size_t i = 0; i < count; i++) {
            signed_output[i] = (int8_t)saturated(roundf(values[i] * inverse) + zero_point, -128, 127);
        }
        break;
    }
    case ARETE_DYNAMIC_FAST: {
        const float inverse = 255.0f / (maximum - minimum);
        for (size_t i = 0; i < count; i++) {
            signed_output[i] = (int8_t)saturated(rintf(values[i] * inverse) + zero_point, -128, 127);
        }
        break;
    }
    default:
        for (size_t i = 0; i < count; i++) {
            unsigned_output[i] = (uint8_t)saturated(rintf(values[i] / scale.scale) + zero_point, 0, 255);
        }
        break;
    }
}

void arete_dynamic_quantize_rows(arete_dynamic_form form, bool plus_128, const float *restrict values, size_t rows,
                                 size_t count, arete_dynamic_scale *restrict scales, uint8_t *restrict output) {
    for (size_t r = 0; r < rows; r++, values += count, output += count) {
        float low = 0, high = 0;
        arete_f32_range(values, count, &low, &high);
        scales[r] = arete_dynamic_scale_of(form, low, high);
        arete_dynamic_quantize(form, scales[r], low, high, values, count, output);
        for (size_t i = 0; plus_128 && form != ARETE_DYNAMIC_UINT8 && i < count; i++) {
            output[i] ^= 0x80;
        }
    }
}

static float joined(arete_dynamic_order order, float sum, float weight, float activation, float bias) {
    switch (order) {
    case ARETE_DYNAMIC_PRODUCT:
        return sum * (weight * activation) + bias;
    case ARETE_DYNAMIC_SEQUENTIAL:
        return sum * weight * activation + bias;
    case ARETE_DYNAMIC_BLOCKED:
        return sum * activation * weight + bias;
    default:
        return fmaf(sum * activation, weight, bias);
    }
}

void arete_dynamic_dequantize(const arete_dynamic_output *form, float activation_scale, const int32_t *sums,
                              size_t rows, size_t channels, float *output) {
    const size_t blocked = form->order == ARETE_DYNAMIC_BLOCKED ? channels / 4 * 4 : 0;
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < channels; c++) {
            arete_dynamic_order order = c < blocked ? ARETE_DYNAMIC_SEQUENTIAL : form->order;
            float bias = form->bias ? form->bias[c] : 0;
            float x = joined(order, (float)sums[r * channels + c], form->weight_scales[c * form->step],
                             activation_scale, bias);
            x = x < form->minimum ? form->minimum : x;
            output[r * channels + c] = x > form->maximum ? form->maximum : x;
        }
    }
}

void arete_dynamic_finish_rows(const arete_dynamic_finish *finish, const int32_t *sums, size_t sum_stride, size_t pixel,
                               size_t rows, size_t first, size_t count, void *output, size_t output_stride) {
    const arete_dynamic_output *form = &finish->output;
    const arete_dynamic_scale *scales = finish->scales;
    for (size_t r = 0; r < rows; r++) {
        const arete_dynamic_scale activation = scales[(pixel + r) / finish->pixels];
        int32_t *integers = (int32_t *)output + r * output_stride;
        float *reals = (float *)output + r * output_stride;
        for (size_t c = 0; c < count; c++) {
            const uint32_t excess = (uint32_t)activation.zero_point * (uint32_t)finish->weight_sums[first + c];
            const int32_t sum = (int32_t)((uint32_t)sums[r * sum_stride + c] - excess);
            if (!form->weight_scales) {
                integers[c] = sum;
                continue;
            }
            const float bias = form->bias ? form->bias[first + c] : 0;
            float x =
                joined(form->order, (float)sum, form->weight_scales[(first + c) * form->step], activation.scale, bias);
            x = x < form->minimum ? form->minimum : x;
            reals[c] = x > form->maximum ? form->maximum : x;
        }
    }
}
