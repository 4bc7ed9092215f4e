// Elementwise functions of floats: the portable expressions, in loops that the compiler gives the region's vectors.
#pragma once
#include "../../scalar/unary_float.h"
#include "arete_unary.h"

#pragma clang diagnostic ignored "-Wpass-failed" // loops that call the mathematical library stay scalar

#define UNARY_LOOP(OPERATION, RESULT)                                                                                  \
    static void OPERATION##_f32(const void *x, void *y, size_t begin, size_t end) {                                    \
        const float *const source = x;                                                                                 \
        float *const target = y;                                                                                       \
        ARETE_ELEMENTWISE for (size_t i = begin; i < end; i++) {                                                       \
            const float v = source[i];                                                                                 \
            target[i] = (float)(RESULT);                                                                               \
        }                                                                                                              \
    }
FLOAT_OPERATIONS(UNARY_LOOP)

#define UNARY_ENTRY(OPERATION, RESULT) [ARETE_UNARY_##OPERATION] = OPERATION##_f32,
static const arete_unary_function float_functions[ARETE_UNARY_COUNT] = {FLOAT_OPERATIONS(UNARY_ENTRY)};

#define UNARY(name)                                                                                                    \
    arete_unary_function name(arete_unary_operation operation, arete_element_type type) {                              \
        const arete_unary_function portable = arete_unary(operation, type);                                            \
        if (portable == 0 || type != ARETE_FLOAT32 || float_functions[operation] == 0) return portable;                \
        return float_functions[operation];                                                                             \
    }
