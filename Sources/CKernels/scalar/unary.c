// Elementwise functions of one operand, for every element type they have a meaning for.
#include "arete_unary.h"
#include "elements.h"
#include "unary_float.h"

#pragma clang diagnostic ignored "-Wpass-failed" // loops that call the mathematical library stay scalar

#define SIGNED_OPERATIONS(X)                                                                                           \
    X(ABS, v < 0 ? 0 - (uint64_t)v : (uint64_t)v)                                                                      \
    X(NEG, 0 - (uint64_t)v)                                                                                            \
    X(SIGN, (v > 0) - (v < 0))                                                                                         \
    X(SQUARE, (uint64_t)v *(uint64_t)v)                                                                                \
    X(RELU, v < 0 ? 0 : v)                                                                                             \
    X(RELU6, CLAMPED(v, 0, 6))                                                                                         \
    X(RELU_N1, CLAMPED(v, -1, 1))                                                                                      \
    X(BITWISE_NOT, ~v)
#define UNSIGNED_OPERATIONS(X)                                                                                         \
    X(ABS, v)                                                                                                          \
    X(SIGN, v > 0)                                                                                                     \
    X(SQUARE, (uint64_t)v *(uint64_t)v)                                                                                \
    X(RELU, v)                                                                                                         \
    X(RELU6, v > 6 ? 6 : v)                                                                                            \
    X(BITWISE_NOT, ~v)
#define BOOL_OPERATIONS(X) X(NOT, !v)
#define CLASSIFICATIONS(X)                                                                                             \
    X(IS_NAN, v != v)                                                                                                  \
    X(IS_INF, fabs(v) == LIKE(v, INFINITY))

#define LOOP(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, OPERATION, RESULT)                                              \
    static void OPERATION##_##TAG(const void *x, void *y, size_t begin, size_t end) {                                  \
        const STORED *const source = x;                                                                                \
        STORED *const target = y;                                                                                      \
        ARETE_ELEMENTWISE for (size_t i = begin; i < end; i++) {                                                       \
            const COMPUTED v = LOAD(source[i]);                                                                        \
            target[i] = (STORED)STORE(RESULT);                                                                         \
        }                                                                                                              \
    }
#define CLASSIFY_LOOP(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, OPERATION, RESULT)                                     \
    static void OPERATION##_##TAG(const void *x, void *y, size_t begin, size_t end) {                                  \
        const STORED *const source = x;                                                                                \
        uint8_t *const target = y;                                                                                     \
        for (size_t i = begin; i < end; i++) {                                                                         \
            const COMPUTED v = LOAD(source[i]);                                                                        \
            target[i] = (uint8_t)(RESULT);                                                                             \
        }                                                                                                              \
    }
#define FLOAT_LOOPS(OPERATION, RESULT) ARETE_FOR_FLOATS(LOOP, OPERATION, RESULT)
#define SIGNED_LOOPS(OPERATION, RESULT) ARETE_FOR_SIGNED(LOOP, OPERATION, RESULT)
#define UNSIGNED_LOOPS(OPERATION, RESULT) ARETE_FOR_UNSIGNED(LOOP, OPERATION, RESULT)
#define BOOL_LOOPS(OPERATION, RESULT) ARETE_FOR_BOOL(LOOP, OPERATION, RESULT)
#define CLASSIFY_LOOPS(OPERATION, RESULT) ARETE_FOR_FLOATS(CLASSIFY_LOOP, OPERATION, RESULT)

FLOAT_OPERATIONS(FLOAT_LOOPS)
SIGNED_OPERATIONS(SIGNED_LOOPS)
UNSIGNED_OPERATIONS(UNSIGNED_LOOPS)
BOOL_OPERATIONS(BOOL_LOOPS)
CLASSIFICATIONS(CLASSIFY_LOOPS)

#define IDENTITY_LOOP(SIZE)                                                                                            \
    static void identity_##SIZE(const void *x, void *y, size_t begin, size_t end) {                                    \
        if (begin < end) memmove((char *)y + begin * SIZE, (const char *)x + begin * SIZE, (end - begin) * SIZE);      \
    }
IDENTITY_LOOP(1)
IDENTITY_LOOP(2)
IDENTITY_LOOP(4)
IDENTITY_LOOP(8)

#define ENTRY(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, OPERATION) [ARETE_UNARY_##OPERATION][TYPE] = OPERATION##_##TAG,
#define FLOAT_ENTRIES(OPERATION, RESULT) ARETE_FOR_FLOATS(ENTRY, OPERATION)
#define SIGNED_ENTRIES(OPERATION, RESULT) ARETE_FOR_SIGNED(ENTRY, OPERATION)
#define UNSIGNED_ENTRIES(OPERATION, RESULT) ARETE_FOR_UNSIGNED(ENTRY, OPERATION)
#define BOOL_ENTRIES(OPERATION, RESULT) ARETE_FOR_BOOL(ENTRY, OPERATION)

static const arete_unary_function functions[ARETE_UNARY_COUNT][ARETE_ELEMENT_TYPES] = {
    FLOAT_OPERATIONS(FLOAT_ENTRIES) SIGNED_OPERATIONS(SIGNED_ENTRIES) UNSIGNED_OPERATIONS(UNSIGNED_ENTRIES)
        BOOL_OPERATIONS(BOOL_ENTRIES) CLASSIFICATIONS(FLOAT_ENTRIES)
            // clang-format off
    [ARETE_UNARY_IDENTITY] = {
        [ARETE_BOOL] = identity_1, [ARETE_INT8] = identity_1, [ARETE_UINT8] = identity_1,
        [ARETE_INT4] = identity_1, [ARETE_UINT4] = identity_1, [ARETE_INT16] = identity_2,
        [ARETE_UINT16] = identity_2, [ARETE_FLOAT16] = identity_2, [ARETE_BFLOAT16] = identity_2,
        [ARETE_INT32] = identity_4, [ARETE_UINT32] = identity_4, [ARETE_FLOAT32] = identity_4,
        [ARETE_INT64] = identity_8, [ARETE_UINT64] = identity_8, [ARETE_FLOAT64] = identity_8,
    },
    // clang-format on
};

arete_unary_function arete_unary(arete_unary_operation operation, arete_element_type type) {
    if ((unsigned)operation >= ARETE_UNARY_COUNT || !arete_is_element_type(type)) return NULL;
    return functions[operation][type];
}
