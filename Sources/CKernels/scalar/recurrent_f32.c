// Matrix-vector products and activations of float recurrent layers.
#include "recurrent_f32.h"
#include "arete_dynamic.h"
#include "vector_math.h"

#include <string.h>

recurrent_vector recurrent_prepare(arete_recurrent_form form, const float *values, size_t n, int8_t *scratch) {
    recurrent_vector vector = {.values = values, .scale = 1};
    if (form == ARETE_RECURRENT_FLOAT) {
        return vector;
    }
    const arete_dynamic_form quantization =
        form == ARETE_RECURRENT_HYBRID ? ARETE_DYNAMIC_SYMMETRIC : ARETE_DYNAMIC_ASYMMETRIC;
    float low = 0, high = 0;
    arete_f32_range(values, n, &low, &high);
    const arete_dynamic_scale scale = arete_dynamic_scale_of(quantization, low, high);
    arete_dynamic_quantize(quantization, scale, low, high, values, n, scratch);
    vector.quantized = scratch;
    vector.scale = scale.scale;
    vector.zero_point = scale.zero_point;
    return vector;
}

static float dot(const float *restrict a, const float *restrict b, size_t n) {
    enum { LANES = 8 };
    float lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t l = 0; l < LANES; l++) lanes[l] += a[i + l] * b[i + l];
    }
    if (i < n) {
        // Padded, so that the lanes can stay in registers.
        float rest_a[LANES] = {0}, rest_b[LANES] = {0};
        memcpy(rest_a, a + i, (n - i) * sizeof(float));
        memcpy(rest_b, b + i, (n - i) * sizeof(float));
        for (size_t l = 0; l < LANES; l++) lanes[l] += rest_a[l] * rest_b[l];
    }
    return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

static int32_t integer_dot(const int8_t *restrict weights, const recurrent_vector *vector, size_t n) {
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (uint32_t)(weights[i] * (vector->quantized[i] - vector->zero_point));
    }
    return (int32_t)sum;
}

void recurrent_accumulate(const void *weights, float scale, const recurrent_vector *vector, size_t rows, size_t n,
                          float *sums) {
    const float factor = vector->scale * scale;
    for (size_t r = 0; r < rows; r++) {
        if (vector->quantized) {
            sums[r] += (float)integer_dot((const int8_t *)weights + r * n, vector, n) * factor;
        } else {
            sums[r] += dot((const float *)weights + r * n, vector->values, n);
        }
    }
}

void recurrent_activate(arete_recurrent_activation activation, float *values, size_t n) {
    switch (activation) {
    case ARETE_RECURRENT_RELU:
        for (size_t i = 0; i < n; i++) values[i] = values[i] > 0 ? values[i] : 0;
        break;
    case ARETE_RECURRENT_RELU_N1:
        for (size_t i = 0; i < n; i++) values[i] = values[i] > -1 ? values[i] < 1 ? values[i] : 1 : -1;
        break;
    case ARETE_RECURRENT_RELU6:
        for (size_t i = 0; i < n; i++) values[i] = values[i] > 0 ? values[i] < 6 ? values[i] : 6 : 0;
        break;
    case ARETE_RECURRENT_TANH:
        for (size_t i = 0; i < n; i++) values[i] = arete_tanh_f32(values[i]);
        break;
    case ARETE_RECURRENT_LOGISTIC:
        for (size_t i = 0; i < n; i++) values[i] = 1.0f / (1.0f + arete_exp_f32(-values[i]));
        break;
    default:
        break;
    }
}
