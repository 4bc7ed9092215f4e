// Softmax of quantized rows: fixed-point exponentials, float tables, or 16-bit tables.
#include "quantized_softmax.h"
#include "table16.h"

static double exponential(const void *context, double x) {
    (void)context;
    return exp(x);
}

static double one_over_one_plus(const void *context, double x) {
    (void)context;
    return 1.0 / (1.0 + x);
}

static void prepare_words(arete_quantized_softmax *s, float input_scale, float beta) {
    const double range = 65535;
    arete_table16_sample_f64(exponential, 0, 10.0 / range, INT16_MAX, 2.0 / range, 0, s->tables.words.exponential);
    arete_table16_sample_f64(one_over_one_plus, 0, 1.0 / range, INT16_MIN, 2.0 / range, 0, s->tables.words.reciprocal);
    const float scale = input_scale * beta;
    arete_quantize_multiplier(scale / (10.0 / 65535.0), &s->multiplier, &s->shift);
}

bool arete_quantized_softmax_prepare(arete_quantized_softmax *s, arete_arithmetic arithmetic,
                                     arete_element_type input_type, float input_scale, float beta,
                                     arete_element_type output_type, arete_affine output) {
    *s = (arete_quantized_softmax){.arithmetic = arithmetic, .input_type = input_type, .output_type = output_type};
    s->input_scale = input_scale;
    s->output = output;
    if (input_type == ARETE_INT16 && output_type == ARETE_INT16) {
        prepare_words(s, input_scale, beta);
        return true;
    }
    if (!softmax_is_byte(input_type) || (!softmax_is_byte(output_type) && output_type != ARETE_INT16)) {
        return false;
    }
    if (arithmetic == ARETE_FAST) {
        softmax_fill_exponentials(s, input_scale, beta);
        return true;
    }
    return softmax_prepare_fixed(s, (double)beta * (double)input_scale);
}

static void fixed_row(const arete_quantized_softmax *s, const void *input, size_t depth, void *output) {
    const int32_t maximum = softmax_row_maximum(s->input_type, input, depth);
    const int32_t least = arete_type_minimum(s->output_type);
    int32_t over_unit = 0;
    const int32_t sum = softmax_fixed_sum(s, input, depth, maximum);
    const int32_t factor = fixed_reciprocal(sum, SOFTMAX_SUM_BITS, &over_unit);
    const int32_t exponent = arete_clamp(over_unit + 31 - (s->output_type == ARETE_INT16 ? 16 : 8), 0, 31);
    for (size_t i = 0; i < depth; i++) {
        int32_t difference = softmax_load(s->input_type, input, i) - maximum, y = least;
        if (difference >= s->least_difference) {
            int32_t product = fixed_multiply(factor, softmax_exponential(s, difference));
            y = arete_rounding_shift_right(product, exponent) + least;
        }
        softmax_store(s->output_type, output, i, y);
    }
}

static void float_row(const arete_quantized_softmax *s, const void *input, size_t depth, void *output) {
    const int32_t maximum = softmax_row_maximum(s->input_type, input, depth);
    const float *exponentials = s->tables.exponentials + (255 - maximum);
    const float inverse = 1.0f / (softmax_float_sum(s, input, depth, maximum) * s->output.scale);
    for (size_t i = 0; i < depth; i++) {
        const float y = exponentials[softmax_load(s->input_type, input, i)] * inverse;
        const float bounded = y < 65536.0f ? y : 65536.0f;
        // uint8 outputs have zero point 0.
        int32_t rounded =
            s->output_type == ARETE_UINT8 ? (int32_t)(bounded + 0.5f) : (int32_t)roundf(bounded) + s->output.zero_point;
        softmax_store(s->output_type, output, i, rounded);
    }
}

static void word_row(const arete_quantized_softmax *s, const int16_t *input, size_t depth, int16_t *output) {
    const int32_t maximum = softmax_row_maximum(ARETE_INT16, input, depth);
    int32_t sum = 0;
    for (size_t i = 0; i < depth; i++) {
        int32_t x = fixed_saturate((int64_t)softmax_scaled(s, input[i] - maximum) + 32767);
        output[i] = arete_table16_value(s->tables.words.exponential, (int16_t)arete_clamp(x, INT16_MIN, INT16_MAX));
        sum = fixed_add(sum, output[i]);
    }
    const int32_t headroom = fixed_leading_zeros((uint32_t)sum);
    const int32_t normalized =
        headroom < 1 || headroom > 31 ? 0 : (int32_t)((((int64_t)sum << (headroom - 1)) + (1 << 13)) >> 14);
    const int32_t centred = normalized - ((1 << 15) + (1 << 16));
    const int32_t reciprocal =
        arete_table16_value(s->tables.words.reciprocal, (int16_t)arete_clamp(centred, INT16_MIN, INT16_MAX));
    const int32_t right = arete_clamp(31 - headroom, 1, 31);
    for (size_t i = 0; i < depth; i++) {
        int64_t product = (int64_t)output[i] * reciprocal;
        output[i] = (int16_t)arete_clamp((int32_t)((product + (INT64_C(1) << (right - 1))) >> right), 0, INT16_MAX);
    }
}

void arete_quantized_softmax_rows(const arete_quantized_softmax *s, const void *input, size_t rows, size_t depth,
                                  void *output) {
    const size_t input_bytes = depth * (s->input_type == ARETE_INT16 ? 2 : 1);
    const size_t output_bytes = depth * (s->output_type == ARETE_INT16 ? 2 : 1);
    for (size_t r = 0; r < rows; r++) {
        const void *x = (const uint8_t *)input + r * input_bytes;
        void *y = (uint8_t *)output + r * output_bytes;
        if (s->input_type == ARETE_INT16) {
            word_row(s, x, depth, y);
        } else if (s->arithmetic == ARETE_FAST) {
            float_row(s, x, depth, y);
        } else {
            fixed_row(s, x, depth, y);
        }
    }
}
