// Requantization of accumulator rows, and the scales and bounds it needs.
#include "arete_requantize.h"

#include <math.h>

void arete_quantize_multiplier(double factor, int32_t *multiplier, int32_t *shift) {
    *multiplier = 0;
    *shift = 0;
    if (!(factor > 0) || isinf(factor)) {
        return;
    }
    int exponent = 0;
    int64_t mantissa = (int64_t)round(frexp(factor, &exponent) * 2147483648.0);
    if (mantissa == INT64_C(1) << 31) {
        mantissa /= 2;
        exponent += 1;
    }
    if (exponent < -31) {
        return;
    }
    if (exponent > 30) {
        exponent = 30;
        mantissa = INT32_MAX;
    }
    *multiplier = (int32_t)mantissa;
    *shift = exponent;
}

void arete_conv_multipliers(float input_scale, const float *weight_scales, size_t count, float output_scale,
                            int32_t *multipliers, int32_t *shifts) {
    for (size_t i = 0; i < count; i++) {
        double factor = 0;
        arete_conv_factors(input_scale, &weight_scales[i], 1, output_scale, &factor);
        arete_quantize_multiplier(factor, &multipliers[i], &shifts[i]);
    }
}

void arete_conv_factors(float input_scale, const float *weight_scales, size_t count, float output_scale,
                        double *factors) {
    for (size_t i = 0; i < count; i++) {
        factors[i] = (double)input_scale * (double)weight_scales[i] / (double)output_scale;
    }
}

void arete_product_multiplier(float input_scale, float weight_scale, float output_scale, int32_t *multiplier,
                              int32_t *shift) {
    float product = input_scale * weight_scale;
    arete_quantize_multiplier((double)product / (double)output_scale, multiplier, shift);
}

void arete_conv_scales(float input_scale, const float *weight_scales, size_t count, float output_scale, float *scales) {
    for (size_t i = 0; i < count; i++) {
        float product = input_scale * weight_scales[i];
        scales[i] = product / output_scale;
    }
}

static int32_t clamp_bound(float bound, float scale, int32_t zero_point, int32_t least, int32_t greatest,
                           bool ties_to_even) {
    // The float requantization multiplies by the reciprocal and adds the zero point before it rounds.
    double quantized = ties_to_even ? (double)rintf(bound * (1.0f / scale) + (float)zero_point)
                                    : (double)roundf(bound / scale) + zero_point;
    if (!(quantized > least)) {
        return least;
    }
    return quantized < greatest ? (int32_t)quantized : greatest;
}

void arete_quantized_clamp(float low, float high, float scale, int32_t zero_point, arete_element_type type,
                           bool ties_to_even, int32_t *minimum, int32_t *maximum) {
    int32_t least = arete_type_minimum(type), greatest = arete_type_maximum(type);
    *minimum = isinf(low) ? least : clamp_bound(low, scale, zero_point, least, greatest, ties_to_even);
    *maximum = isinf(high) ? greatest : clamp_bound(high, scale, zero_point, least, greatest, ties_to_even);
}

#define STORE_LOOP(TYPE, VALUE)                                                                                        \
    do {                                                                                                               \
        TYPE *restrict values = output;                                                                                \
        for (size_t i = 0; i < count; i++) {                                                                           \
            values[i] = (TYPE)(VALUE);                                                                                 \
        }                                                                                                              \
    } while (0)

#define STORE_BY_TYPE(VALUE)                                                                                           \
    do {                                                                                                               \
        switch (q->output) {                                                                                           \
        case ARETE_INT8:                                                                                               \
            STORE_LOOP(int8_t, VALUE);                                                                                 \
            break;                                                                                                     \
        case ARETE_UINT8:                                                                                              \
            STORE_LOOP(uint8_t, VALUE);                                                                                \
            break;                                                                                                     \
        case ARETE_INT16:                                                                                              \
            STORE_LOOP(int16_t, VALUE);                                                                                \
            break;                                                                                                     \
        default:                                                                                                       \
            STORE_LOOP(uint16_t, VALUE);                                                                               \
            break;                                                                                                     \
        }                                                                                                              \
    } while (0)

// Clamps as a float first, so that the rounding trick stays in its range; a NaN becomes the lower bound.
static inline int32_t round_clamped(float x, float low, float high) {
    x = x > low ? x : low;
    x = x < high ? x : high;
    return arete_round_even(x);
}

static void requantize_float(const int32_t *restrict accumulators, size_t count, size_t first,
                             const arete_requantization *restrict q, void *restrict output) {
    const float low = (float)(q->minimum - q->zero_point), high = (float)(q->maximum - q->zero_point);
    const int32_t zero_point = q->zero_point;
    if (q->step == 0) {
        const float scale = q->scale[0];
        STORE_BY_TYPE(round_clamped((float)accumulators[i] * scale, low, high) + zero_point);
    } else {
        const float *restrict scale = q->scale + first;
        STORE_BY_TYPE(round_clamped((float)accumulators[i] * scale[i], low, high) + zero_point);
    }
}

static inline int32_t offset_clamped(int32_t x, int32_t zero_point, int32_t low, int32_t high) {
    int64_t y = (int64_t)x + zero_point;
    return y < low ? low : y > high ? high : (int32_t)y;
}

static void requantize_fixed(const int32_t *restrict accumulators, size_t count, size_t first,
                             const arete_requantization *restrict q, void *restrict output) {
    const int32_t *restrict m = q->multiplier + (q->step ? first : 0);
    const int32_t *restrict s = q->shift + (q->step ? first : 0);
    const size_t step = q->step;
    const int32_t z = q->zero_point, low = q->minimum, high = q->maximum;
    if (q->rounding == ARETE_ROUND_FIXED) {
        STORE_BY_TYPE(offset_clamped(arete_multiply_fixed(accumulators[i], m[i * step], s[i * step]), z, low, high));
    } else {
        STORE_BY_TYPE(offset_clamped(arete_multiply_fixed_up(accumulators[i], m[i * step], s[i * step]), z, low, high));
    }
}

// Nearest integer plus zero point, ties away from zero; clamped first, since the product may be any double.
static inline int32_t round_double(double x, int32_t zero_point, int32_t low, int32_t high) {
    double rounded = round(x) + zero_point;
    return !(rounded > low) ? low : rounded < high ? (int32_t)rounded : high;
}

void arete_requantize_row(const int32_t *restrict accumulators, size_t count, size_t first,
                          const arete_requantization *restrict q, void *restrict output) {
    if (q->output == ARETE_INT32) {
        STORE_LOOP(int32_t, accumulators[i]);
    } else if (q->rounding == ARETE_ROUND_FLOAT) {
        requantize_float(accumulators, count, first, q, output);
    } else if (q->rounding == ARETE_ROUND_DOUBLE) {
        const double *restrict f = q->factor + (q->step ? first : 0);
        const size_t step = q->step;
        STORE_BY_TYPE(round_double((double)accumulators[i] * f[i * step], q->zero_point, q->minimum, q->maximum));
    } else {
        requantize_fixed(accumulators, count, first, q, output);
    }
}

void arete_requantize_row_s64(const int64_t *restrict accumulators, size_t count, size_t first,
                              const arete_requantization *restrict q, void *restrict output) {
    const int32_t *restrict m = q->multiplier + (q->step ? first : 0);
    const int32_t *restrict s = q->shift + (q->step ? first : 0);
    const size_t step = q->step;
    const int32_t z = q->zero_point, low = q->minimum, high = q->maximum;
    if (q->rounding == ARETE_ROUND_DOUBLE) {
        const double *restrict f = q->factor + (q->step ? first : 0);
        STORE_BY_TYPE(round_double((double)accumulators[i] * f[i * step], z, low, high));
        return;
    }
    STORE_BY_TYPE(offset_clamped(arete_multiply_fixed_s64(accumulators[i], m[i * step], s[i * step]), z, low, high));
}
