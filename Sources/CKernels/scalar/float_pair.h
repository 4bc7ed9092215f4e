// Rows of bounded sums, differences, products and quotients of two floats, in loops that the compiler gives the
// region's vectors.
#pragma once
#include "arete_binary.h"
#include "arete_pair.h"
#include "elements.h"

// X(operation, value of v and w)
#define FLOAT_PAIRS(X)                                                                                                 \
    X(ADD, v + w)                                                                                                      \
    X(SUB, v - w)                                                                                                      \
    X(MUL, v *w)                                                                                                       \
    X(DIV, v / w)

// One row, with one of both operands the same throughout or none; NaN stays NaN.
#define FLOAT_PAIR_ROW(V, W, RESULT)                                                                                   \
    ARETE_ELEMENTWISE for (size_t i = 0; i < rows->count; i++) {                                                       \
        const float v = V, w = W, result = RESULT, low = result < form->low ? form->low : result;                      \
        y[i] = low > form->high ? form->high : low;                                                                    \
    }
#define FLOAT_PAIR_LOOP(OPERATION, RESULT)                                                                             \
    static void float_pair_##OPERATION(const void *bounds, const arete_pair_rows *rows) {                              \
        const arete_float_bounds values = *(const arete_float_bounds *)bounds, *const form = &values;                  \
        for (size_t row = 0; row < rows->rows; row++) {                                                                \
            const float *const a = (const float *)(const void *)((const char *)rows->a + row * rows->a_pitch);         \
            const float *const b = (const float *)(const void *)((const char *)rows->b + row * rows->b_pitch);         \
            float *const y = (float *)(void *)((char *)rows->output + row * rows->output_pitch);                       \
            const float first = *a, second = *b;                                                                       \
            if (rows->a_step != 0 && rows->b_step != 0) {                                                              \
                FLOAT_PAIR_ROW(a[i], b[i], RESULT)                                                                     \
            } else if (rows->a_step != 0) {                                                                            \
                FLOAT_PAIR_ROW(a[i], second, RESULT)                                                                   \
            } else {                                                                                                   \
                FLOAT_PAIR_ROW(first, rows->b_step != 0 ? b[i] : second, RESULT)                                       \
            }                                                                                                          \
        }                                                                                                              \
    }
FLOAT_PAIRS(FLOAT_PAIR_LOOP)

#define FLOAT_PAIR_ENTRY(OPERATION, RESULT) [ARETE_BINARY_##OPERATION] = float_pair_##OPERATION,
#define FLOAT_PAIR(name)                                                                                               \
    arete_pair_function name(arete_binary_operation operation) {                                                       \
        static const arete_pair_function functions[ARETE_BINARY_COUNT] = {FLOAT_PAIRS(FLOAT_PAIR_ENTRY)};              \
        return (unsigned)operation < ARETE_BINARY_COUNT ? functions[operation] : 0;                                    \
    }
