// How stored elements become numbers: lists of the element types for macros, half precision conversions, exact casts.
#pragma once
#include "arete_types.h"
#include <string.h>

static inline float arete_float_from_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t arete_bits_from_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/// Exact. Subnormal halves come out right because the multiplication rescales the exponent of a subnormal float.
static inline float arete_float_from_half(uint16_t half) {
    const uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13;
    const uint32_t scaled = arete_bits_from_float(arete_float_from_bits(magnitude) * 0x1p112f);
    const uint32_t bits = magnitude >= 0x0f800000 ? magnitude | 0x7f800000 : scaled;
    return arete_float_from_bits(bits | (uint32_t)(half & 0x8000) << 16);
}

/// Rounds to nearest, ties to even; overflow gives infinity, NaN stays NaN.
static inline uint16_t arete_half_from_float(float value) {
    const uint32_t bits = arete_bits_from_float(value);
    const uint32_t magnitude = bits & 0x7fffffff;
    const uint32_t normal = (magnitude - 0x38000000 + 0xfff + ((magnitude >> 13) & 1)) >> 13;
    // Adding 0.5 leaves exactly the ten bits of a subnormal half in the low mantissa, rounded by the hardware.
    const uint32_t subnormal = arete_bits_from_float(arete_float_from_bits(magnitude) + 0.5f) - 0x3f000000;
    uint32_t half = magnitude < 0x38800000 ? subnormal : normal;
    half = magnitude >= 0x477ff000 ? 0x7c00 : half;
    half = magnitude > 0x7f800000 ? 0x7e00 : half;
    return (uint16_t)(half | (bits >> 16 & 0x8000));
}

static inline float arete_float_from_bfloat(uint16_t bfloat) { return arete_float_from_bits((uint32_t)bfloat << 16); }

/// Rounds to nearest, ties to even.
static inline uint16_t arete_bfloat_from_float(float value) {
    const uint32_t bits = arete_bits_from_float(value);
    const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    return (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? (bits >> 16 | 0x40) : rounded);
}

/// Rounds to odd, so that a second rounding to a narrower type gives what one rounding of the double would have given.
static inline float arete_float_rounded_to_odd(double value) {
    const float near = (float)value;
    if ((double)near == value || value != value) return near;
    const uint32_t bits = arete_bits_from_float(near);
    const bool away = value > 0 ? (double)near > value : (double)near < value;
    return arete_float_from_bits((away ? bits - 1 : bits) | 1);
}

// Conversion of a stored element to the type it is computed in and back; the identity for all but half precision.
#define ARETE_SAME(value) (value)

// X(tag, element type, storage type, compute type, load, store, ...): one line a type.
#define ARETE_FOR_WIDE_FLOATS(X, ...)                                                                                  \
    X(f32, ARETE_FLOAT32, float, float, ARETE_SAME, ARETE_SAME, __VA_ARGS__)                                           \
    X(f64, ARETE_FLOAT64, double, double, ARETE_SAME, ARETE_SAME, __VA_ARGS__)
#define ARETE_FOR_HALF_FLOATS(X, ...)                                                                                  \
    X(f16, ARETE_FLOAT16, uint16_t, float, arete_float_from_half, arete_half_from_float, __VA_ARGS__)                  \
    X(bf16, ARETE_BFLOAT16, uint16_t, float, arete_float_from_bfloat, arete_bfloat_from_float, __VA_ARGS__)
#define ARETE_FOR_FLOATS(X, ...)                                                                                       \
    ARETE_FOR_WIDE_FLOATS(X, __VA_ARGS__)                                                                              \
    ARETE_FOR_HALF_FLOATS(X, __VA_ARGS__)
#define ARETE_FOR_SIGNED(X, ...)                                                                                       \
    X(i8, ARETE_INT8, int8_t, int8_t, ARETE_SAME, ARETE_SAME, __VA_ARGS__)                                             \
    X(i16, ARETE_INT16, int16_t, int16_t, ARETE_SAME, ARETE_SAME, __VA_ARGS__)                                         \
    X(i32, ARETE_INT32, int32_t, int32_t, ARETE_SAME, ARETE_SAME, __VA_ARGS__)                                         \
    X(i64, ARETE_INT64, int64_t, int64_t, ARETE_SAME, ARETE_SAME, __VA_ARGS__)
#define ARETE_FOR_UNSIGNED(X, ...)                                                                                     \
    X(u8, ARETE_UINT8, uint8_t, uint8_t, ARETE_SAME, ARETE_SAME, __VA_ARGS__)                                          \
    X(u16, ARETE_UINT16, uint16_t, uint16_t, ARETE_SAME, ARETE_SAME, __VA_ARGS__)                                      \
    X(u32, ARETE_UINT32, uint32_t, uint32_t, ARETE_SAME, ARETE_SAME, __VA_ARGS__)                                      \
    X(u64, ARETE_UINT64, uint64_t, uint64_t, ARETE_SAME, ARETE_SAME, __VA_ARGS__)
#define ARETE_FOR_INTEGERS(X, ...)                                                                                     \
    ARETE_FOR_SIGNED(X, __VA_ARGS__)                                                                                   \
    ARETE_FOR_UNSIGNED(X, __VA_ARGS__)
#define ARETE_FOR_BOOL(X, ...) X(b8, ARETE_BOOL, uint8_t, uint8_t, ARETE_SAME, ARETE_SAME, __VA_ARGS__)
#define ARETE_FOR_NUMBERS(X, ...)                                                                                      \
    ARETE_FOR_FLOATS(X, __VA_ARGS__)                                                                                   \
    ARETE_FOR_INTEGERS(X, __VA_ARGS__)

/// Entries in a table indexed by `arete_element_type`.
enum { ARETE_ELEMENT_TYPES = ARETE_UINT4 + 1 };

static inline bool arete_is_element_type(arete_element_type type) { return (unsigned)type < ARETE_ELEMENT_TYPES; }

// Elementwise loops may write over the operand they read (same element, same place); the compiler may vectorize them.
#define ARETE_ELEMENTWISE _Pragma("clang loop vectorize(assume_safety)")
