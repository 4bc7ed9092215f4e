// The loop of a conversion between two element types, as a macro.
#pragma once
#include "arete_cast.h"
#include "elements.h"

#pragma clang diagnostic ignored "-Wpass-failed"

static inline int32_t i32_from_double(double v) {
    return v != v ? 0 : v >= 0x1p31 ? INT32_MAX : v < -0x1p31 ? INT32_MIN : (int32_t)v;
}

static inline int32_t i32_from_float(float v) {
    return v != v ? 0 : v >= 0x1p31f ? INT32_MAX : v < -0x1p31f ? INT32_MIN : (int32_t)v;
}

static inline int64_t i64_from_double(double v) {
    return v != v ? 0 : v >= 0x1p63 ? INT64_MAX : v < -0x1p63 ? INT64_MIN : (int64_t)v;
}

static inline uint64_t u64_from_double(double v) {
    return v != v ? 0 : v >= 0x1p64 ? UINT64_MAX : v < 0 ? (uint64_t)i64_from_double(v) : (uint64_t)v;
}

#define I32(v) _Generic((v), float : i32_from_float, default : i32_from_double)(v)

// FROM_FLOAT_tag(v): a float or double v as stored in type tag. FROM_INTEGER_tag(v): the same for an integer v.
#define FROM_FLOAT_b8(v) ((v) != 0)
#define FROM_FLOAT_i8(v) ((int8_t)I32(v))
#define FROM_FLOAT_u8(v) ((uint8_t)I32(v))
#define FROM_FLOAT_i16(v) ((int16_t)I32(v))
#define FROM_FLOAT_u16(v) ((uint16_t)I32(v))
#define FROM_FLOAT_i32(v) I32(v)
#define FROM_FLOAT_u32(v) ((v) >= 0x1p32 ? UINT32_MAX : (uint32_t)i64_from_double(v))
#define FROM_FLOAT_i64(v) i64_from_double(v)
#define FROM_FLOAT_u64(v) u64_from_double(v)
#define FROM_FLOAT_i4(v) FROM_INTEGER_i4(I32(v))
#define FROM_FLOAT_u4(v) FROM_INTEGER_u4(I32(v))
#define NARROWED(v) _Generic((v), float : (v), default : arete_float_rounded_to_odd(v))
#define FROM_FLOAT_f16(v) arete_half_from_float(NARROWED(v))
#define FROM_FLOAT_bf16(v) arete_bfloat_from_float(NARROWED(v))
#define FROM_FLOAT_f32(v) ((float)(v))
#define FROM_FLOAT_f64(v) ((double)(v))

#define FROM_INTEGER_b8(v) ((v) != 0)
#define FROM_INTEGER_i8(v) ((int8_t)(v))
#define FROM_INTEGER_u8(v) ((uint8_t)(v))
#define FROM_INTEGER_i16(v) ((int16_t)(v))
#define FROM_INTEGER_u16(v) ((uint16_t)(v))
#define FROM_INTEGER_i32(v) ((int32_t)(v))
#define FROM_INTEGER_u32(v) ((uint32_t)(v))
#define FROM_INTEGER_i64(v) ((int64_t)(v))
#define FROM_INTEGER_u64(v) ((uint64_t)(v))
#define FROM_INTEGER_i4(v) ((int8_t)((((v)&15) ^ 8) - 8))
#define FROM_INTEGER_u4(v) ((uint8_t)((v)&15))
#define FROM_INTEGER_f16(v) arete_half_from_float((float)(v))
#define FROM_INTEGER_bf16(v) arete_bfloat_from_float((float)(v))
#define FROM_INTEGER_f32(v) ((float)(v))
#define FROM_INTEGER_f64(v) ((double)(v))

#define LOOP(FROM, FROM_TYPE, FROM_STORED, LOAD, KIND, TO, TO_STORED)                                                  \
    static void TO##_from_##FROM(const void *x, void *y, size_t begin, size_t end) {                                   \
        const FROM_STORED *restrict source = x;                                                                        \
        TO_STORED *restrict target = y;                                                                                \
        for (size_t i = begin; i < end; i++) target[i] = FROM_##KIND##_##TO(LOAD(source[i]));                          \
    }
