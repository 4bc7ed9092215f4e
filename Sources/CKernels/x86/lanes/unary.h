// Elementwise functions of floats, with and without constants: the portable expressions, in loops that the compiler
// gives the region's vectors.
#pragma once
#include "../../scalar/parametric_float.h"
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

#define PARAMETRIC_LOOP(OPERATION, RESULT)                                                                             \
    static void parametric_##OPERATION(const void *x, void *y, size_t begin, size_t end,                               \
                                       const arete_parameters *parameters) {                                           \
        const float *const source = x;                                                                                 \
        float *const target = y;                                                                                       \
        const float a = (float)parameters->a, b = (float)parameters->b;                                                \
        (void)b;                                                                                                       \
        ARETE_ELEMENTWISE for (size_t i = begin; i < end; i++) {                                                       \
            const float v = source[i];                                                                                 \
            target[i] = (float)(RESULT);                                                                               \
        }                                                                                                              \
    }
PARAMETRIC_OPERATIONS(PARAMETRIC_LOOP)

#define PARAMETRIC_ENTRY(OPERATION, RESULT) [ARETE_PARAMETRIC_##OPERATION] = parametric_##OPERATION,
static const arete_parametric_function parametric_functions[ARETE_PARAMETRIC_COUNT] = {
    PARAMETRIC_OPERATIONS(PARAMETRIC_ENTRY)};

#define PARAMETRIC(name)                                                                                               \
    arete_parametric_function name(arete_parametric_operation operation, arete_element_type type) {                    \
        const arete_parametric_function portable = arete_parametric(operation, type);                                  \
        return portable == 0 || type != ARETE_FLOAT32 ? portable : parametric_functions[operation];                    \
    }
