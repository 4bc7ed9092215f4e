// Log-softmax of quantized rows, in fixed point or with a float table.
#include "quantized_softmax.h"

bool arete_quantized_log_softmax_prepare(arete_quantized_softmax *s, arete_arithmetic arithmetic,
                                         arete_element_type type, float input_scale) {
    *s = (arete_quantized_softmax){.arithmetic = arithmetic, .input_type = type, .output_type = type};
    s->input_scale = input_scale;
    s->output = (arete_affine){1.0f / 16, arete_type_maximum(type)};
    if (!softmax_is_byte(type)) {
        return false;
    }
    if (arithmetic == ARETE_FAST) {
        softmax_fill_exponentials(s, input_scale, 1);
        return true;
    }
    if (!softmax_prepare_fixed(s, (double)input_scale)) {
        return false;
    }
    arete_quantize_multiplier(ldexp(1, 31 - s->shift) / (double)s->multiplier, &s->back_multiplier, &s->back_shift);
    return true;
}

static void fixed_row(const arete_quantized_softmax *s, const void *input, size_t depth, void *output) {
    enum { OUTPUT_BITS = 4 };
    const int32_t maximum = softmax_row_maximum(s->input_type, input, depth);
    const int32_t log_sum = fixed_log(softmax_fixed_sum(s, input, depth, maximum));
    const int32_t reach = arete_multiply_fixed(fixed_add(log_sum, INT32_MIN), s->back_multiplier, s->back_shift);
    const int32_t least = s->least_difference - 1 > reach ? s->least_difference - 1 : reach;
    for (size_t i = 0; i < depth; i++) {
        int32_t difference = softmax_load(s->input_type, input, i) - maximum;
        int32_t y = arete_type_minimum(s->output_type);
        if (difference > least) {
            int32_t distance = fixed_subtract(softmax_scaled(s, difference), log_sum);
            y = arete_rounding_shift_right(distance, 31 - SOFTMAX_DIFFERENCE_BITS - OUTPUT_BITS) + s->output.zero_point;
        }
        softmax_store(s->output_type, output, i, y);
    }
}

static void float_row(const arete_quantized_softmax *s, const void *input, size_t depth, void *output) {
    const int32_t maximum = softmax_row_maximum(s->input_type, input, depth);
    const float log_sum = logf(softmax_float_sum(s, input, depth, maximum));
    const float scale = s->input_scale / s->output.scale;
    const float offset = (s->input_scale * (float)maximum + log_sum) / s->output.scale;
    for (size_t i = 0; i < depth; i++) {
        float y = rintf(scale * (float)softmax_load(s->input_type, input, i) - offset);
        softmax_store(s->output_type, output, i, y > -4096 ? (int32_t)y + s->output.zero_point : INT32_MIN);
    }
}

void arete_quantized_log_softmax_rows(const arete_quantized_softmax *s, const void *input, size_t rows, size_t depth,
                                      void *output) {
    for (size_t r = 0; r < rows; r++) {
        const void *x = (const uint8_t *)input + r * depth;
        void *y = (uint8_t *)output + r * depth;
        if (s->arithmetic == ARETE_FAST) {
            float_row(s, x, depth, y);
        } else {
            fixed_row(s, x, depth, y);
        }
    }
}
