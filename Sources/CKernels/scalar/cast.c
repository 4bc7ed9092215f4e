// Conversion between every pair of element types.
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

// X(tag, element type, storage type, load, kind of the loaded value, ...)
#define FOR_ALL_TYPES(X, ...)                                                                                          \
    X(b8, ARETE_BOOL, uint8_t, ARETE_SAME, INTEGER, __VA_ARGS__)                                                       \
    X(i8, ARETE_INT8, int8_t, ARETE_SAME, INTEGER, __VA_ARGS__)                                                        \
    X(u8, ARETE_UINT8, uint8_t, ARETE_SAME, INTEGER, __VA_ARGS__)                                                      \
    X(i16, ARETE_INT16, int16_t, ARETE_SAME, INTEGER, __VA_ARGS__)                                                     \
    X(u16, ARETE_UINT16, uint16_t, ARETE_SAME, INTEGER, __VA_ARGS__)                                                   \
    X(i32, ARETE_INT32, int32_t, ARETE_SAME, INTEGER, __VA_ARGS__)                                                     \
    X(u32, ARETE_UINT32, uint32_t, ARETE_SAME, INTEGER, __VA_ARGS__)                                                   \
    X(i64, ARETE_INT64, int64_t, ARETE_SAME, INTEGER, __VA_ARGS__)                                                     \
    X(u64, ARETE_UINT64, uint64_t, ARETE_SAME, INTEGER, __VA_ARGS__)                                                   \
    X(f16, ARETE_FLOAT16, uint16_t, arete_float_from_half, FLOAT, __VA_ARGS__)                                         \
    X(bf16, ARETE_BFLOAT16, uint16_t, arete_float_from_bfloat, FLOAT, __VA_ARGS__)                                     \
    X(f32, ARETE_FLOAT32, float, ARETE_SAME, FLOAT, __VA_ARGS__)                                                       \
    X(f64, ARETE_FLOAT64, double, ARETE_SAME, FLOAT, __VA_ARGS__)                                                      \
    X(i4, ARETE_INT4, int8_t, ARETE_SAME, INTEGER, __VA_ARGS__)                                                        \
    X(u4, ARETE_UINT4, uint8_t, ARETE_SAME, INTEGER, __VA_ARGS__)

#define LOOP(FROM, FROM_TYPE, FROM_STORED, LOAD, KIND, TO, TO_STORED)                                                  \
    static void TO##_from_##FROM(const void *x, void *y, size_t begin, size_t end) {                                   \
        const FROM_STORED *restrict source = x;                                                                        \
        TO_STORED *restrict target = y;                                                                                \
        for (size_t i = begin; i < end; i++) target[i] = FROM_##KIND##_##TO(LOAD(source[i]));                          \
    }
#define LOOPS(TO, STORED) FOR_ALL_TYPES(LOOP, TO, STORED)
LOOPS(b8, uint8_t)
LOOPS(i8, int8_t)
LOOPS(u8, uint8_t)
LOOPS(i16, int16_t)
LOOPS(u16, uint16_t)
LOOPS(i32, int32_t)
LOOPS(u32, uint32_t)
LOOPS(i64, int64_t)
LOOPS(u64, uint64_t)
LOOPS(f16, uint16_t)
LOOPS(bf16, uint16_t)
LOOPS(f32, float)
LOOPS(f64, double)
LOOPS(i4, int8_t)
LOOPS(u4, uint8_t)

#define ENTRY(FROM, FROM_TYPE, FROM_STORED, LOAD, KIND, TO, TO_TYPE) [FROM_TYPE][TO_TYPE] = TO##_from_##FROM,
#define ENTRIES(TO, TO_TYPE) FOR_ALL_TYPES(ENTRY, TO, TO_TYPE)
static const arete_cast_function functions[ARETE_ELEMENT_TYPES][ARETE_ELEMENT_TYPES] = {
    ENTRIES(b8, ARETE_BOOL) ENTRIES(i8, ARETE_INT8) ENTRIES(u8, ARETE_UINT8) ENTRIES(i16, ARETE_INT16)
        ENTRIES(u16, ARETE_UINT16) ENTRIES(i32, ARETE_INT32) ENTRIES(u32, ARETE_UINT32) ENTRIES(i64, ARETE_INT64)
            ENTRIES(u64, ARETE_UINT64) ENTRIES(f16, ARETE_FLOAT16) ENTRIES(bf16, ARETE_BFLOAT16)
                ENTRIES(f32, ARETE_FLOAT32) ENTRIES(f64, ARETE_FLOAT64) ENTRIES(i4, ARETE_INT4)
                    ENTRIES(u4, ARETE_UINT4)};

arete_cast_function arete_cast(arete_element_type from, arete_element_type to) {
    if (!arete_is_element_type(from) || !arete_is_element_type(to)) return NULL;
    return functions[from][to];
}
