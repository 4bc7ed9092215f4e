// Products of recurrent layers' weights with a vector.
#pragma once
#include <stddef.h>
#include <stdint.h>

static inline int32_t recurrent_dot(const int8_t *restrict weights, const int8_t *restrict x, int32_t zero_point,
                                    size_t n) {
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (uint32_t)(weights[i] * (x[i] - zero_point));
    }
    return (int32_t)sum;
}
