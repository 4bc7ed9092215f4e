// Quotients in fixed point on vectors: the bits of scalar/fixed_point.h's reciprocals.
#pragma once
#include "requantize.h"

LANES_INLINE ints quotient_product(ints a, ints b) { return ints_doubling_high(a, b, ints_odd(b)); }

/// Leading zeros of numbers of 0 to 2^24, by the exponent of a float.
LANES_INLINE ints quotient_headroom(ints x) {
    const ints exponent = ints_shifted_down((ints)floats_from(x), 23) - ints_of(127);
    return ints_minimum(ints_of(31) - exponent, ints_of(32));
}

/// Q0 1 / (1 + a) of Q0 in 0 ... 1. Newton's steps are too small to leave 32 bits.
LANES_INLINE ints quotient_one_over_one_plus(ints a) {
    const ints half = ints_shifted_down(a, 1) + ints_of(1 << 30), one = ints_of(1 << 29);
    ints x = ints_of(1515870810) + quotient_product(half, ints_of(-1010580540));
    for (int i = 0; i < 3; i++) {
        const ints error = one - quotient_product(half, x);
        x += ints_shifted_up(quotient_product(x, error), 2);
    }
    const ints above = x > ints_of((1 << 30) - 1);
    return (ints_of(INT32_MAX) & above) | (ints_shifted_up(x, 1) & ~above);
}

/// Quotients of numbers of up to 17 bits, times a multiplier: without its zero point. Nothing is divided by 0: 1 is.
LANES_INLINE ints quotient_scaled(ints a, ints b, ints multiplier, ints shift) {
    const ints sign = b >> 31, numerator = (a ^ sign) - sign;
    const ints divisor = ints_maximum(ints_magnitude(b), ints_of(1));
    const ints room = quotient_headroom(divisor);
    const ints inverse = quotient_one_over_one_plus(ints_up(divisor, room) ^ ints_of(INT32_MIN));
    const ints left = quotient_headroom(numerator ^ (numerator >> 31)) - ints_of(1);
    const ints unscaled = quotient_product(ints_up(numerator, left), inverse);
    // The reciprocal is to be shifted right by 31 less the divisor's leading zeros.
    const ints last = shift - (ints_of(31) - room) - left;
    return multiplied_fixed(unscaled, fixed_factors_of(multiplier, last)) & ~(last < ints_of(-31));
}
