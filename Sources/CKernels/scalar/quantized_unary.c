// Quantized functions of one operand by fixed-point multipliers.
#include "quantized_unary.h"
#include "fixed_point.h"

#include <math.h>

static void clamp_to(arete_unary_steps *s, float low, float high) {
    arete_quantized_clamp(low, high, s->form.output.scale, s->form.output.zero_point, s->form.output_type, false,
                          &s->minimum, &s->maximum);
}

// The function's two factors lie on scales of 1/128 input step and of 3/2^15; both are cut to 16 bits.
static bool prepare_hard_swish(arete_unary_steps *s) {
    const float fine_scale = (1.0f / 128.0f) * s->form.input.scale;
    const float output_factor = fine_scale / s->form.output.scale;
    const float gate_factor = fine_scale / (3.0f / 32768.0f);
    arete_quantize_multiplier(output_factor, &s->multiplier, &s->shift);
    arete_quantize_multiplier(gate_factor, &s->negative_multiplier, &s->negative_shift);
    return s->shift <= 0 && (s->form.output_type == ARETE_INT8 || s->form.output_type == ARETE_UINT8);
}

bool arete_unary_prepare(const arete_table_form *form, arete_unary_steps *s) {
    const float ratio = form->input.scale / form->output.scale;
    *s = (arete_unary_steps){.form = *form};
    clamp_to(s, -INFINITY, INFINITY);
    arete_quantize_multiplier(ratio, &s->multiplier, &s->shift);
    s->negative_multiplier = s->multiplier;
    s->negative_shift = s->shift;
    switch (form->function) {
    case ARETE_TABLE_RESCALE:
        arete_quantize_multiplier((double)form->input.scale / (double)form->output.scale, &s->multiplier, &s->shift);
        s->negative_multiplier = s->multiplier;
        s->negative_shift = s->shift;
        return true;
    case ARETE_TABLE_RELU:
        clamp_to(s, 0, INFINITY);
        return true;
    case ARETE_TABLE_RELU6:
        clamp_to(s, 0, 6);
        return true;
    case ARETE_TABLE_RELU_N1:
        clamp_to(s, -1, 1);
        return true;
    case ARETE_TABLE_RELU_01:
        clamp_to(s, 0, 1);
        return true;
    case ARETE_TABLE_LEAKY_RELU: {
        float slope = form->input.scale * form->alpha / form->output.scale;
        s->negate = slope < 0;
        arete_quantize_multiplier(fabsf(slope), &s->negative_multiplier, &s->negative_shift);
        return true;
    }
    case ARETE_TABLE_ABS:
        s->negate = true;
        return true;
    case ARETE_TABLE_RSQRT:
        arete_quantize_multiplier(1.0 / (sqrtf(form->input.scale) * form->output.scale), &s->multiplier, &s->shift);
        return form->output_type == ARETE_INT8;
    case ARETE_TABLE_HARD_SWISH:
        return prepare_hard_swish(s);
    case ARETE_TABLE_SQRT:
        return true;
    default:
        return false;
    }
}

static int32_t saturate16(int64_t x) { return x > INT16_MAX ? INT16_MAX : x < INT16_MIN ? INT16_MIN : (int32_t)x; }

static int32_t cut16(int32_t multiplier) {
    return multiplier >= INT32_MAX - (1 << 15) ? INT16_MAX : (multiplier + (1 << 15)) >> 16;
}

static int32_t multiply16(int32_t a, int32_t b) {
    return a == INT16_MIN && b == INT16_MIN ? INT16_MAX : (a * b + (1 << 14)) >> 15;
}

static int32_t hard_swish(const arete_unary_steps *s, int32_t x) {
    const int32_t fine = (int16_t)(x * 128), exponent = s->negative_shift;
    const int32_t on_output_scale = multiply16(fine, cut16(s->multiplier));
    int32_t gate = fine;
    if (exponent > 0) {
        gate = saturate16(gate * (INT64_C(1) << (exponent - 1)));
    }
    gate = multiply16(gate, cut16(s->negative_multiplier));
    if (exponent > 0) {
        gate = saturate16(gate * 2);
    } else {
        gate = arete_rounding_shift_right(gate, -exponent);
    }
    gate = (gate + (1 << 15)) >> 1;
    // This product is cut towards zero, which undoes the bias of the two rounded ones.
    int32_t product =
        gate == INT16_MIN && on_output_scale == INT16_MIN ? INT16_MAX : gate * on_output_scale / (1 << 15);
    return arete_rounding_shift_right(product, -s->shift);
}

static int32_t inverse_root(const arete_unary_steps *s, int32_t x) {
    enum { EXTRA = 20 };
    if (x <= 0) {
        return INT8_MAX - s->form.output.zero_point;
    }
    int32_t multiplier = 0, shift = 0;
    fixed_inverse_square_root(x, &multiplier, &shift);
    int32_t root = arete_multiply_fixed(1, multiplier, shift + EXTRA);
    int32_t down = s->shift - EXTRA;
    return down < -31 ? 0 : arete_multiply_fixed(root, s->multiplier, down);
}

int32_t arete_unary_value(const arete_unary_steps *s, int32_t stored) {
    const int32_t x = (int32_t)((uint32_t)stored - (uint32_t)s->form.input.zero_point);
    int32_t y = 0;
    switch (s->form.function) {
    case ARETE_TABLE_HARD_SWISH:
        y = hard_swish(s, x);
        break;
    case ARETE_TABLE_RSQRT:
        y = inverse_root(s, x);
        break;
    case ARETE_TABLE_SQRT:
        y = x <= 0 ? 0 : (int32_t)(sqrtf(s->form.input.scale * (float)x) / s->form.output.scale);
        break;
    case ARETE_TABLE_ABS:
        y = x < 0 ? -x : x;
        if (s->form.input.scale != s->form.output.scale) {
            y = arete_multiply_fixed(y, s->multiplier, s->shift);
        }
        break;
    default:
        if (x >= 0) {
            y = arete_multiply_fixed(x, s->multiplier, s->shift);
        } else {
            y = arete_multiply_fixed(x, s->negative_multiplier, s->negative_shift);
            y = s->negate ? -y : y;
        }
        break;
    }
    int64_t offset = (int64_t)y + s->form.output.zero_point;
    return offset < s->minimum ? s->minimum : offset > s->maximum ? s->maximum : (int32_t)offset;
}

static int32_t load(arete_element_type type, const void *values, size_t i) {
    switch (type) {
    case ARETE_INT8:
        return ((const int8_t *)values)[i];
    case ARETE_UINT8:
        return ((const uint8_t *)values)[i];
    case ARETE_INT16:
        return ((const int16_t *)values)[i];
    default:
        return ((const int32_t *)values)[i];
    }
}

bool arete_quantized_unary(const arete_table_form *form, const void *input, size_t count, void *output) {
    arete_unary_steps steps;
    if (!arete_unary_prepare(form, &steps)) {
        return false;
    }
    if (form->output_type == ARETE_INT32) {
        steps.minimum = INT32_MIN;
        steps.maximum = INT32_MAX;
    }
    for (size_t i = 0; i < count; i++) {
        int32_t y = arete_unary_value(&steps, load(form->input_type, input, i));
        switch (form->output_type) {
        case ARETE_INT8:
            ((int8_t *)output)[i] = (int8_t)y;
            break;
        case ARETE_UINT8:
            ((uint8_t *)output)[i] = (uint8_t)y;
            break;
        case ARETE_INT16:
            ((int16_t *)output)[i] = (int16_t)y;
            break;
        default:
            ((int32_t *)output)[i] = y;
            break;
        }
    }
    return true;
}
