// Conversions from and to floats: the portable loops, which the compiler gives the
// region's vectors.
#pragma once
#include "../../scalar/cast_loops.h"

// X(from, its type, stored, load, kind, to, its type, stored)
#define VECTOR_CASTS(X)                                                                                                \
    X(b8, ARETE_BOOL, uint8_t, ARETE_SAME, INTEGER, f32, ARETE_FLOAT32, float)                                         \
    X(i8, ARETE_INT8, int8_t, ARETE_SAME, INTEGER, f32, ARETE_FLOAT32, float)                                          \
    X(u8, ARETE_UINT8, uint8_t, ARETE_SAME, INTEGER, f32, ARETE_FLOAT32, float)                                        \
    X(i16, ARETE_INT16, int16_t, ARETE_SAME, INTEGER, f32, ARETE_FLOAT32, float)                                       \
    X(i64, ARETE_INT64, int64_t, ARETE_SAME, INTEGER, f32, ARETE_FLOAT32, float)                                       \
    X(f16, ARETE_FLOAT16, uint16_t, arete_float_from_half, FLOAT, f32, ARETE_FLOAT32, float)                           \
    X(bf16, ARETE_BFLOAT16, uint16_t, arete_float_from_bfloat, FLOAT, f32, ARETE_FLOAT32, float)                       \
    X(f32, ARETE_FLOAT32, float, ARETE_SAME, FLOAT, b8, ARETE_BOOL, uint8_t)                                           \
    X(f32, ARETE_FLOAT32, float, ARETE_SAME, FLOAT, i8, ARETE_INT8, int8_t)                                            \
    X(f32, ARETE_FLOAT32, float, ARETE_SAME, FLOAT, u8, ARETE_UINT8, uint8_t)                                          \
    X(f32, ARETE_FLOAT32, float, ARETE_SAME, FLOAT, i16, ARETE_INT16, int16_t)                                         \
    X(f32, ARETE_FLOAT32, float, ARETE_SAME, FLOAT, i32, ARETE_INT32, int32_t)                                         \
    X(f32, ARETE_FLOAT32, float, ARETE_SAME, FLOAT, i64, ARETE_INT64, int64_t)                                         \
    X(f32, ARETE_FLOAT32, float, ARETE_SAME, FLOAT, f16, ARETE_FLOAT16, uint16_t)                                      \
    X(f32, ARETE_FLOAT32, float, ARETE_SAME, FLOAT, bf16, ARETE_BFLOAT16, uint16_t)

#define CAST_LOOP(FROM, FROM_TYPE, FROM_STORED, LOAD, KIND, TO, TO_TYPE, TO_STORED)                                    \
    LOOP(FROM, FROM_TYPE, FROM_STORED, LOAD, KIND, TO, TO_STORED)
VECTOR_CASTS(CAST_LOOP)

#define CAST_ENTRY(FROM, FROM_TYPE, FROM_STORED, LOAD, KIND, TO, TO_TYPE, TO_STORED)                                   \
    if (from == FROM_TYPE && to == TO_TYPE) return TO##_from_##FROM;

#define CASTS(name)                                                                                                    \
    arete_cast_function name(arete_element_type from, arete_element_type to) {                                         \
        VECTOR_CASTS(CAST_ENTRY)                                                                                       \
        return arete_cast(from, to);                                                                                   \
    }
