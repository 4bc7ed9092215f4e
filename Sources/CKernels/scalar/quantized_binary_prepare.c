// Multipliers, shifts and tables of quantized functions of two operands.
#include "arete_quantized_binary.h"

#include <math.h>

bool arete_fast_binary_covers(arete_quantized_binary_operation operation, arete_element_type type, arete_affine a,
                              arete_affine b, arete_affine output) {
    if (type != ARETE_INT8 && type != ARETE_UINT8) {
        return false;
    }
    if (operation == ARETE_QUANTIZED_MUL) {
        float product = a.scale * b.scale;
        float scale = product / output.scale;
        return scale >= 0x1p-16f && scale < 0x1p8f;
    }
    if (operation != ARETE_QUANTIZED_ADD && operation != ARETE_QUANTIZED_SUB) {
        return false;
    }
    float a_scale = a.scale / output.scale, b_scale = b.scale / output.scale;
    return a_scale >= 0x1p-10f && a_scale < 0x1p8f && b_scale >= 0x1p-10f && b_scale < 0x1p8f;
}

// Both operands as 21-bit multiples of one power of two; the rounding is part of the bias.
static void prepare_fast_sum(arete_quantized_binary *p, arete_affine a, arete_affine b, arete_affine output) {
    float a_scale = a.scale / output.scale, b_scale = b.scale / output.scale;
    int exponent = 0;
    frexpf(a_scale > b_scale ? a_scale : b_scale, &exponent);
    int32_t shift = 20 - (exponent - 1);
    p->shift_only = true;
    p->shift = shift;
    p->a_multiplier = (int32_t)rintf(ldexpf(a_scale, shift));
    p->b_multiplier = (int32_t)rintf(ldexpf(b_scale, shift));
    if (p->operation == ARETE_QUANTIZED_SUB) {
        p->b_multiplier = -p->b_multiplier;
    }
    p->bias = (INT32_C(1) << (shift - 1)) - p->a_multiplier * a.zero_point - p->b_multiplier * b.zero_point;
}

// Both operands are brought to twice the larger scale, with `left_shift` more bits.
static void prepare_sum(arete_quantized_binary *p, arete_affine a, arete_affine b, arete_affine output) {
    const bool squared = p->operation == ARETE_QUANTIZED_SQUARED_DIFFERENCE;
    p->left_shift = squared ? 7 : p->type == ARETE_INT16 ? 15 : 20;
    const float largest = a.scale > b.scale ? a.scale : b.scale;
    const double twice = 2 * largest;
    arete_quantize_multiplier(a.scale / twice, &p->a_multiplier, &p->a_shift);
    arete_quantize_multiplier(b.scale / twice, &p->b_multiplier, &p->b_shift);
    double scale = squared ? twice * twice / ((float)(1 << (2 * p->left_shift)) * output.scale)
                           : twice / ((float)(1 << p->left_shift) * output.scale);
    arete_quantize_multiplier(scale, &p->multiplier, &p->shift);
}

static bool exact_log2(float scale, int32_t *exponent) {
    *exponent = (int32_t)roundf(log2f(scale));
    return fabsf(log2f(scale) - (float)*exponent) < 1e-3f;
}

static bool prepare_powers_of_two(arete_quantized_binary *p, arete_affine a, arete_affine b, arete_affine output) {
    int32_t a_log = 0, b_log = 0, log = 0;
    if (p->operation == ARETE_QUANTIZED_SQUARED_DIFFERENCE || !exact_log2(a.scale, &a_log) ||
        !exact_log2(b.scale, &b_log) || !exact_log2(output.scale, &log)) {
        return false;
    }
    p->a_shift = a_log - log;
    p->b_shift = b_log - log;
    p->power_of_two = (p->a_shift == 0 || p->b_shift == 0) && p->a_shift <= 0 && p->b_shift <= 0 && p->a_shift > -31 &&
                      p->b_shift > -31;
    return p->power_of_two;
}

static int32_t scaled(int32_t x, int32_t left_shift, int32_t multiplier, int32_t shift) {
    return arete_multiply_fixed(arete_shift_left(x, left_shift), multiplier, shift);
}

static void fill_tables(arete_quantized_binary *p) {
    for (int32_t i = 0; i < 256; i++) {
        int32_t x = p->type == ARETE_INT8 ? (int8_t)i : i;
        if (p->shift_only) {
            p->a_table[i] = (int32_t)((uint32_t)p->bias + (uint32_t)p->a_multiplier * (uint32_t)x);
            p->b_table[i] = (int32_t)((uint32_t)p->b_multiplier * (uint32_t)x);
        } else {
            p->a_table[i] = scaled(x - p->a_zero_point, p->left_shift, p->a_multiplier, p->a_shift);
            p->b_table[i] = scaled(x - p->b_zero_point, p->left_shift, p->b_multiplier, p->b_shift);
        }
    }
}

static bool is_stored(int32_t value, arete_element_type type) {
    return value >= arete_type_minimum(type) && value <= arete_type_maximum(type);
}

bool arete_quantized_binary_prepare(arete_quantized_binary *binary, arete_quantized_binary_operation operation,
                                    arete_arithmetic arithmetic, arete_element_type type, arete_affine a,
                                    arete_affine b, arete_affine output, float low, float high, bool powers_of_two) {
    const bool fast = arithmetic == ARETE_FAST;
    if (type != ARETE_INT8 && type != ARETE_UINT8 && type != ARETE_INT16) {
        return false;
    }
    if (!is_stored(a.zero_point, type) || !is_stored(b.zero_point, type) || !is_stored(output.zero_point, type)) {
        return false;
    }
    if (fast && !arete_fast_binary_covers(operation, type, a, b, output)) {
        return false;
    }
    *binary = (arete_quantized_binary){.operation = operation, .type = type};
    binary->rounding = fast ? ARETE_ROUND_FLOAT : ARETE_ROUND_FIXED;
    binary->a_zero_point = a.zero_point;
    binary->b_zero_point = b.zero_point;
    binary->zero_point = output.zero_point;
    arete_quantized_clamp(low, high, output.scale, output.zero_point, type, fast, &binary->minimum, &binary->maximum);
    const float product = a.scale * b.scale;
    switch (operation) {
    case ARETE_QUANTIZED_MUL:
        binary->scale = product / output.scale;
        arete_quantize_multiplier(binary->scale, &binary->multiplier, &binary->shift);
        return true;
    case ARETE_QUANTIZED_DIV: {
        float scale = a.scale / (b.scale * output.scale);
        arete_quantize_multiplier(scale, &binary->multiplier, &binary->shift);
        return true;
    }
    case ARETE_QUANTIZED_PRELU:
        arete_quantize_multiplier(a.scale / output.scale, &binary->a_multiplier, &binary->a_shift);
        arete_quantize_multiplier(product / output.scale, &binary->b_multiplier, &binary->b_shift);
        return true;
    default:
        break;
    }
    if (fast) {
        prepare_fast_sum(binary, a, b, output);
    } else if (!(powers_of_two && type == ARETE_INT16 && prepare_powers_of_two(binary, a, b, output))) {
        prepare_sum(binary, a, b, output);
    }
    if (type != ARETE_INT16) {
        fill_tables(binary);
    }
    return true;
}
