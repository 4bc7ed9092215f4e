// Rows of 8-bit values divided by their length, in fixed point.
#include "arete_quantized_softmax.h"
#include "fixed_point.h"

typedef struct {
    int32_t multiplier, shift;
} inverse_length;

static inverse_length inverse_of(int32_t sum_of_squares) {
    inverse_length inverse = {0, 0};
    fixed_inverse_square_root(sum_of_squares, &inverse.multiplier, &inverse.shift);
    return inverse;
}

void arete_s8_l2_normalize(int32_t input_zero_point, const int8_t *input, size_t rows, size_t depth, int8_t *output) {
    for (size_t r = 0; r < rows; r++, input += depth, output += depth) {
        int32_t sum = 0;
        for (size_t i = 0; i < depth; i++) {
            int32_t x = input[i] - input_zero_point;
            sum = fixed_add(sum, x * x);
        }
        const inverse_length inverse = inverse_of(sum);
        for (size_t i = 0; i < depth; i++) {
            int32_t y = arete_multiply_fixed(input[i] - input_zero_point, inverse.multiplier, inverse.shift + 7);
            output[i] = (int8_t)arete_clamp(y, INT8_MIN, INT8_MAX);
        }
    }
}

void arete_u8_l2_normalize(int32_t input_zero_point, const uint8_t *input, size_t rows, size_t depth, uint8_t *output) {
    for (size_t r = 0; r < rows; r++, input += depth, output += depth) {
        int32_t sum = 0;
        for (size_t i = 0; i < depth; i++) {
            int32_t x = input[i] - input_zero_point;
            sum = fixed_add(sum, x * x);
        }
        const inverse_length inverse = inverse_of(sum);
        for (size_t i = 0; i < depth; i++) {
            int32_t x = 128 * (input[i] - input_zero_point);
            int32_t y = 128 + arete_multiply_fixed(x, inverse.multiplier, inverse.shift);
            output[i] = (uint8_t)arete_clamp(y, 0, UINT8_MAX);
        }
    }
}
