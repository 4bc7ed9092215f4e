// Quantization and dequantization by tensors of scales and zero points.
#include "linear_run.h"
#include <math.h>

static inline float quantized(float x, float scale, float offset, float low, float high) {
    const float quotient = rintf(x / scale);
    const float value = (quotient == quotient ? quotient : 0) + offset;
    return value < low ? low : value > high ? high : value;
}

// A run of one scale has a loop of its own, which the compiler vectorizes.
#define QUANTIZE_RUN(STORED, LOW, HIGH)                                                                                \
    {                                                                                                                  \
        STORED *const to = (STORED *)y + run.first;                                                                    \
        const float *const from = x + run.first;                                                                       \
        const float s = scale[run.scale], z = zero == NULL ? 0 : (float)zero[run.scale];                               \
        for (size_t i = 0; run.scale_step == 0 && i < run.count; i++) {                                                \
            to[i] = (STORED)quantized(from[i], s, z, LOW, HIGH);                                                       \
        }                                                                                                              \
        for (size_t i = 0; run.scale_step != 0 && i < run.count; i++) {                                                \
            const float offset = zero == NULL ? 0 : (float)zero[run.scale + i];                                        \
            to[i] = (STORED)quantized(from[i], scale[run.scale + i], offset, LOW, HIGH);                               \
        }                                                                                                              \
    }

bool arete_quantize_linear(const arete_linear_plan *plan, const float *x, const float *scale, const int32_t *zero,
                           arete_element_type type, void *y, size_t begin, size_t end) {
    for (size_t at = begin; at < end;) {
        const arete_linear_run run = arete_linear_run_at(plan, at, end);
        switch (type) {
        case ARETE_INT8:
            QUANTIZE_RUN(int8_t, INT8_MIN, INT8_MAX) break;
        case ARETE_UINT8:
            QUANTIZE_RUN(uint8_t, 0, UINT8_MAX) break;
        case ARETE_INT16:
            QUANTIZE_RUN(int16_t, INT16_MIN, INT16_MAX) break;
        case ARETE_UINT16:
            QUANTIZE_RUN(uint16_t, 0, UINT16_MAX) break;
        case ARETE_INT4:
            QUANTIZE_RUN(int8_t, -8, 7) break;
        case ARETE_UINT4:
            QUANTIZE_RUN(uint8_t, 0, 15) break;
        default:
            return false;
        }
        at += run.count;
    }
    return true;
}

#define DEQUANTIZE_RUN(STORED)                                                                                         \
    {                                                                                                                  \
        const STORED *const from = (const STORED *)x + run.first;                                                      \
        float *const to = y + run.first;                                                                               \
        const float s = scale[run.scale];                                                                              \
        const int64_t z = zero == NULL ? 0 : zero[run.scale];                                                          \
        for (size_t i = 0; run.scale_step == 0 && i < run.count; i++) to[i] = (float)(from[i] - z) * s;                \
        for (size_t i = 0; run.scale_step != 0 && i < run.count; i++) {                                                \
            const int64_t offset = zero == NULL ? 0 : zero[run.scale + i];                                             \
            to[i] = (float)(from[i] - offset) * scale[run.scale + i];                                                  \
        }                                                                                                              \
    }

bool arete_dequantize_linear(const arete_linear_plan *plan, arete_element_type type, const void *x, const float *scale,
                             const int32_t *zero, float *y, size_t begin, size_t end) {
    for (size_t at = begin; at < end;) {
        const arete_linear_run run = arete_linear_run_at(plan, at, end);
        switch (type) {
        case ARETE_INT8:
        case ARETE_INT4:
            DEQUANTIZE_RUN(int8_t) break;
        case ARETE_UINT8:
        case ARETE_UINT4:
            DEQUANTIZE_RUN(uint8_t) break;
        case ARETE_INT16:
            DEQUANTIZE_RUN(int16_t) break;
        case ARETE_UINT16:
            DEQUANTIZE_RUN(uint16_t) break;
        case ARETE_INT32:
            DEQUANTIZE_RUN(int32_t) break;
        default:
            return false;
        }
        at += run.count;
    }
    return true;
}
