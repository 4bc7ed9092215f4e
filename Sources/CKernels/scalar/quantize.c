// Floats to quantized values and back, row by row.
#include "arete_quantize.h"
#include "arete_requantize.h"

#include <math.h>

static inline int32_t bounded(float x, float low, float high) {
    x = x > low ? x : low;
    return (int32_t)(x < high ? x : high);
}

#define QUANTIZE_LOOP(TYPE, EXPRESSION)                                                                                \
    do {                                                                                                               \
        TYPE *restrict values = output;                                                                                \
        for (size_t i = 0; i < count; i++) {                                                                           \
            values[i] = (TYPE)(bounded(EXPRESSION, low, high) + affine.zero_point);                                    \
        }                                                                                                              \
    } while (0)

#define QUANTIZE_ROUNDED(TYPE)                                                                                         \
    do {                                                                                                               \
        switch (rounding) {                                                                                            \
        case ARETE_QUANTIZE_DIVIDE_AWAY:                                                                               \
            QUANTIZE_LOOP(TYPE, roundf(input[i] / affine.scale));                                                      \
            break;                                                                                                     \
        case ARETE_QUANTIZE_DIVIDE_EVEN:                                                                               \
            QUANTIZE_LOOP(TYPE, rintf(input[i] / affine.scale));                                                       \
            break;                                                                                                     \
        case ARETE_QUANTIZE_MULTIPLY_AWAY:                                                                             \
            QUANTIZE_LOOP(TYPE, roundf(input[i] * inverse));                                                           \
            break;                                                                                                     \
        default:                                                                                                       \
            QUANTIZE_LOOP(TYPE, rintf(input[i] * inverse));                                                            \
            break;                                                                                                     \
        }                                                                                                              \
    } while (0)

void arete_quantize(arete_quantize_rounding rounding, arete_affine affine, arete_element_type type,
                    const float *restrict input, size_t count, void *restrict output) {
    const float low = (float)(arete_type_minimum(type) - affine.zero_point);
    const float high = (float)(arete_type_maximum(type) - affine.zero_point);
    const float inverse = 1.0f / affine.scale;
    switch (type) {
    case ARETE_INT8:
    case ARETE_INT4:
        QUANTIZE_ROUNDED(int8_t);
        break;
    case ARETE_UINT8:
    case ARETE_UINT4:
        QUANTIZE_ROUNDED(uint8_t);
        break;
    case ARETE_INT16:
        QUANTIZE_ROUNDED(int16_t);
        break;
    default:
        QUANTIZE_ROUNDED(uint16_t);
        break;
    }
}

#define DEQUANTIZE_LOOP(TYPE)                                                                                          \
    do {                                                                                                               \
        const TYPE *restrict values = input;                                                                           \
        for (size_t i = 0; i < count; i++) {                                                                           \
            output[i] = (float)(int32_t)((uint32_t)values[i] - (uint32_t)affine.zero_point) * affine.scale;            \
        }                                                                                                              \
    } while (0)

void arete_dequantize(arete_affine affine, arete_element_type type, const void *restrict input, size_t count,
                      float *restrict output) {
    switch (type) {
    case ARETE_INT8:
    case ARETE_INT4:
        DEQUANTIZE_LOOP(int8_t);
        break;
    case ARETE_UINT8:
    case ARETE_UINT4:
        DEQUANTIZE_LOOP(uint8_t);
        break;
    case ARETE_INT16:
        DEQUANTIZE_LOOP(int16_t);
        break;
    case ARETE_UINT16:
        DEQUANTIZE_LOOP(uint16_t);
        break;
    default:
        DEQUANTIZE_LOOP(int32_t);
        break;
    }
}
