// The swish of 16-bit quantized numbers.
#include "word_swish.h"

/// Steps within the range; a NaN becomes the lower bound.
static float clamped(float steps, float low, float high) {
    const float above = steps > low ? steps : low;
    return above < high ? above : high;
}

void arete_word_swish_row(const arete_word_swish *swish, const int16_t *x, size_t count, int16_t *y) {
    const word_swish_form f = word_swish_form_of(swish);
    for (size_t i = 0; i < count; i++) {
        const float v = (float)(x[i] - f.zero);
        const float near = clamped(v * f.slope, -WORD_SWISH_MOST, WORD_SWISH_MOST);
        // The sum's low bits hold the nearest integer n; shifted, they add n eighths to the exponent of a power.
        const float shifted = f.is_bounded ? __builtin_fmaf(v, f.slope, WORD_SWISH_MAGIC) : near + WORD_SWISH_MAGIC;
        const float n = shifted - WORD_SWISH_MAGIC, r = f.is_bounded ? __builtin_fmaf(v, f.slope, -n) : near - n;
        const uint32_t bits = arete_bits_from_float(shifted);
        const float scale = arete_float_from_bits((bits << 20) + (uint32_t)word_swish_powers[bits & 7]);
        const float curve = __builtin_fmaf(__builtin_fmaf(WORD_SWISH_THIRD, r, WORD_SWISH_SECOND), r, WORD_SWISH_FIRST);
        const float sigmoid = f.inverse / __builtin_fmaf(__builtin_fmaf(curve, r, 1.0f), scale, 1.0f);
        const float gate = clamped(sigmoid, f.gate.low, f.gate.high);
        const float product = v * (((gate + WORD_SWISH_MAGIC) - WORD_SWISH_MAGIC) * f.factor);
        const int32_t result =
            arete_round_even(f.is_bounded ? product : clamped(product, f.output.low, f.output.high)) + f.output_zero;
        y[i] = (int16_t)(result < INT16_MIN ? INT16_MIN : result > INT16_MAX ? INT16_MAX : result);
    }
}
