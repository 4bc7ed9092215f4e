// Sums of quantized values in float arithmetic. Products of a byte or word and a float are exact in double precision;
// their sums are rounded to odd there, so that the rounding to float is the only one, as in a fused multiply-add.
#include "arete_quantized_sum.h"
#include "arete_requantize.h"
#include <math.h>

static inline float fused(double a, double b, double c) {
    const double product = a * b;
    union {
        double value;
        int64_t bits;
    } sum = {product + c};
    const double part = sum.value - product;
    const double rest = (product - (sum.value - part)) + (c - part);
    // Beyond the sum where the rest has its sign, short of it otherwise.
    const int64_t odd = (rest > 0) == (sum.value > 0) ? 1 : -1;
    sum.bits += rest != 0 && (sum.bits & 1) == 0 ? odd : 0;
    return (float)sum.value;
}

bool arete_quantized_sum_prepare(arete_quantized_sum *sum, arete_element_type type, arete_affine a, arete_affine b,
                                 arete_affine output, int32_t minimum, int32_t maximum) {
    if (type != ARETE_INT8 && type != ARETE_UINT8 && type != ARETE_INT16) {
        return false;
    }
    *sum = (arete_quantized_sum){.type = type, .a_ratio = a.scale / output.scale, .b_ratio = b.scale / output.scale};
    if (type == ARETE_INT16) {
        sum->a_zero_point = a.zero_point;
        sum->b_zero_point = b.zero_point;
        sum->zero_point = output.zero_point;
        sum->minimum = (float)(minimum - output.zero_point);
        sum->maximum = (float)(maximum - output.zero_point);
        return fabsf(sum->a_ratio) < 0x1p60f && fabsf(sum->b_ratio) < 0x1p60f;
    }
    const float zeros = fused(sum->a_ratio, a.zero_point, sum->b_ratio * (float)b.zero_point);
    sum->fixed = (float)output.zero_point - zeros;
    sum->minimum = (float)minimum;
    sum->maximum = (float)maximum;
    return true;
}

#define SUM_ROW(name, element)                                                                                         \
    static void name(const arete_quantized_sum *sum, const element *a, size_t a_step, const element *b, size_t b_step, \
                     element *output, size_t count) {                                                                  \
        const double a_ratio = sum->a_ratio, b_ratio = sum->b_ratio, fixed = sum->fixed;                               \
        for (size_t i = 0; i < count; i++) {                                                                           \
            float value = fused(a[i * a_step], a_ratio, fused(b[i * b_step], b_ratio, fixed));                         \
            value = value > sum->minimum ? value : sum->minimum;                                                       \
            value = value < sum->maximum ? value : sum->maximum;                                                       \
            output[i] = (element)arete_round_even(value);                                                              \
        }                                                                                                              \
    }

SUM_ROW(sum_row_s8, int8_t)
SUM_ROW(sum_row_u8, uint8_t)

static void sum_row_s16(const arete_quantized_sum *sum, const int16_t *a, size_t a_step, const int16_t *b,
                        size_t b_step, int16_t *output, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const float second = (float)(b[i * b_step] - sum->b_zero_point) * sum->b_ratio;
        float value = fused(a[i * a_step] - sum->a_zero_point, sum->a_ratio, second);
        value = value > sum->minimum ? value : sum->minimum;
        value = value < sum->maximum ? value : sum->maximum;
        output[i] = (int16_t)(arete_round_even(value) + sum->zero_point);
    }
}

void arete_quantized_sum_rows(const void *form, const arete_pair_rows *rows) {
    const arete_quantized_sum *sum = form;
    for (size_t row = 0; row < rows->rows; row++) {
        const uint8_t *a = (const uint8_t *)rows->a + row * rows->a_pitch;
        const uint8_t *b = (const uint8_t *)rows->b + row * rows->b_pitch;
        uint8_t *output = (uint8_t *)rows->output + row * rows->output_pitch;
        if (sum->type == ARETE_INT8) {
            sum_row_s8(sum, (const int8_t *)a, rows->a_step, (const int8_t *)b, rows->b_step, (int8_t *)output,
                       rows->count);
        } else if (sum->type == ARETE_INT16) {
            sum_row_s16(sum, (const int16_t *)(const void *)a, rows->a_step, (const int16_t *)(const void *)b,
                        rows->b_step, (int16_t *)(void *)output, rows->count);
        } else {
            sum_row_u8(sum, a, rows->a_step, b, rows->b_step, output, rows->count);
        }
    }
}
