// What softmax and log-softmax share: loads, stores, scaled differences and the fixed-point sum of exponentials.
#pragma once
#include "arete_quantized_softmax.h"
#include "fixed_point.h"

#include <math.h>

enum { SOFTMAX_DIFFERENCE_BITS = 5, SOFTMAX_SUM_BITS = 12 };

static inline bool softmax_is_byte(arete_element_type type) { return type == ARETE_INT8 || type == ARETE_UINT8; }

static inline int32_t softmax_load(arete_element_type type, const void *values, size_t i) {
    return type == ARETE_INT8    ? ((const int8_t *)values)[i]
           : type == ARETE_UINT8 ? ((const uint8_t *)values)[i]
                                 : ((const int16_t *)values)[i];
}

static inline void softmax_store(arete_element_type type, void *values, size_t i, int32_t value) {
    const int32_t clamped = arete_clamp(value, arete_type_minimum(type), arete_type_maximum(type));
    switch (type) {
    case ARETE_INT8:
        ((int8_t *)values)[i] = (int8_t)clamped;
        break;
    case ARETE_UINT8:
        ((uint8_t *)values)[i] = (uint8_t)clamped;
        break;
    default:
        ((int16_t *)values)[i] = (int16_t)clamped;
        break;
    }
}

static inline int32_t softmax_row_maximum(arete_element_type type, const void *row, size_t depth) {
    int32_t maximum = arete_type_minimum(type);
    for (size_t i = 0; i < depth; i++) {
        int32_t x = softmax_load(type, row, i);
        maximum = x > maximum ? x : maximum;
    }
    return maximum;
}

static inline int32_t softmax_scaled(const arete_quantized_softmax *s, int32_t difference) {
    return arete_multiply_fixed(difference, s->multiplier, s->shift);
}

static inline int32_t softmax_exponential(const arete_quantized_softmax *s, int32_t difference) {
    return fixed_exp(softmax_scaled(s, difference), SOFTMAX_DIFFERENCE_BITS);
}

static inline bool softmax_prepare_fixed(arete_quantized_softmax *s, double scale) {
    double multiplier = scale * (1 << (31 - SOFTMAX_DIFFERENCE_BITS));
    multiplier = multiplier < 2147483647.0 ? multiplier : 2147483647.0;
    if (!(multiplier > 1)) {
        return false;
    }
    arete_quantize_multiplier(multiplier, &s->multiplier, &s->shift);
    const double radius = ((1 << SOFTMAX_DIFFERENCE_BITS) - 1) * (double)(1 << (31 - SOFTMAX_DIFFERENCE_BITS)) /
                          (double)(INT64_C(1) << s->shift);
    s->least_difference = -(int32_t)floor(radius);
    for (int32_t i = 0; i < 256; i++) {
        s->tables.fixed[255 - i] = -i >= s->least_difference ? softmax_exponential(s, -i) : 0;
    }
    return true;
}

static inline void softmax_fill_exponentials(arete_quantized_softmax *s, float input_scale, float beta) {
    const float scale = -input_scale * beta;
    for (int32_t i = 0; i < 256; i++) {
        s->tables.exponentials[255 - i] = expf(scale * (float)i);
    }
}

/// Sum of the exponentials of the differences to the maximum, Q12.
static inline int32_t softmax_fixed_sum(const arete_quantized_softmax *s, const void *input, size_t depth,
                                        int32_t maximum) {
    int32_t sum = 0;
    for (size_t i = 0; i < depth; i++) {
        int32_t difference = softmax_load(s->input_type, input, i) - maximum;
        if (difference >= s->least_difference) {
            sum = fixed_add(sum, arete_rounding_shift_right(softmax_exponential(s, difference), SOFTMAX_SUM_BITS));
        }
    }
    return sum;
}

static inline float softmax_float_sum(const arete_quantized_softmax *s, const void *input, size_t depth,
                                      int32_t maximum) {
    const float *exponentials = s->tables.exponentials + (255 - maximum);
    float sum = 0;
    for (size_t i = 0; i < depth; i++) {
        sum += exponentials[softmax_load(s->input_type, input, i)];
    }
    return sum;
}
