// Conversion between every pair of element types.
#include "cast_loops.h"

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
