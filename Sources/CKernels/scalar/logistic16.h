// What kernels of the 16-bit logistic function and tanh share: the curve's table, and the scaling of inputs.
#pragma once
#include <math.h>
#include <stdint.h>

/// 2^16 / (1 + exp(-i / 24)), as the reference has it.
extern const uint16_t arete_logistic_curve[256];

typedef struct {
    int32_t multiplier, shift;
    int32_t doublings; // from a scale of 2^-12, where the scale is such a power of two; else -1
} logistic16_factor;

// Brings inputs to 3/4 of 1/4096 by a multiplier of 15 bits, or a plain 3 where the scale is that power of two.
static inline logistic16_factor logistic16_factor_of(float scale, int32_t most_shift) {
    const float exponent = log2f(scale);
    const int32_t shift = 12 + (int32_t)roundf(exponent);
    if (fabsf(exponent - roundf(exponent)) < 1e-3f && shift >= 0 && shift <= most_shift) {
        return (logistic16_factor){3 << shift, 0, shift};
    }
    logistic16_factor factor = {0, 0, -1};
    double multiplier = scale * 4096.0 * 3.0;
    while (multiplier <= 32767.0 / 2.0 && factor.shift <= 30) {
        factor.shift++;
        multiplier *= 2.0;
    }
    factor.multiplier = (int32_t)(multiplier < 65535 ? multiplier : 65535);
    return factor;
}

static inline int32_t logistic16_scaled(int16_t x, logistic16_factor factor) {
    const int64_t round = factor.shift > 0 ? INT64_C(1) << (factor.shift - 1) : 0;
    return (int32_t)((x * (int64_t)factor.multiplier + round) >> factor.shift);
}
