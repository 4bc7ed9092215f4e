// The row loop of elementwise functions of two operands, as a macro, and the parts of their table.
#pragma once
#include "arete_binary.h"
#include "elements.h"

// Defines OPERATION_TAG; RESULT is the value of operands u and v. Dense and repeated operands have loops of their own.
#define ARETE_BINARY_ROW(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, OPERATION, OUT, PUT, RESULT)                        \
    static void OPERATION##_##TAG(const void *a, ptrdiff_t a_step, const void *b, ptrdiff_t b_step, void *c,           \
                                  size_t n) {                                                                          \
        const STORED *const left = a;                                                                                  \
        const STORED *const right = b;                                                                                 \
        OUT *const target = c;                                                                                         \
        const ptrdiff_t dense = sizeof(STORED);                                                                        \
        if (a_step == dense && b_step == dense) {                                                                      \
            ARETE_ELEMENTWISE for (size_t i = 0; i < n; i++) {                                                         \
                const COMPUTED u = LOAD(left[i]), v = LOAD(right[i]);                                                  \
                target[i] = (OUT)PUT(RESULT);                                                                          \
            }                                                                                                          \
        } else if (a_step == dense && b_step == 0) {                                                                   \
            const COMPUTED v = LOAD(*right);                                                                           \
            ARETE_ELEMENTWISE for (size_t i = 0; i < n; i++) {                                                         \
                const COMPUTED u = LOAD(left[i]);                                                                      \
                target[i] = (OUT)PUT(RESULT);                                                                          \
            }                                                                                                          \
        } else if (a_step == 0 && b_step == dense) {                                                                   \
            const COMPUTED u = LOAD(*left);                                                                            \
            ARETE_ELEMENTWISE for (size_t i = 0; i < n; i++) {                                                         \
                const COMPUTED v = LOAD(right[i]);                                                                     \
                target[i] = (OUT)PUT(RESULT);                                                                          \
            }                                                                                                          \
        } else {                                                                                                       \
            for (size_t i = 0; i < n; i++) {                                                                           \
                const COMPUTED u = LOAD(*(const STORED *)((const char *)a + (ptrdiff_t)i * a_step));                   \
                const COMPUTED v = LOAD(*(const STORED *)((const char *)b + (ptrdiff_t)i * b_step));                   \
                target[i] = (OUT)PUT(RESULT);                                                                          \
            }                                                                                                          \
        }                                                                                                              \
    }

// A row whose result has the operands' type, and one whose result is a boolean.
#define ARETE_VALUE_ROW(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, OPERATION, RESULT)                                   \
    ARETE_BINARY_ROW(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, OPERATION, STORED, STORE, RESULT)
#define ARETE_TRUTH_ROW(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, OPERATION, RESULT)                                   \
    ARETE_BINARY_ROW(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, OPERATION, uint8_t, ARETE_SAME, RESULT)

#define ARETE_BINARY_ENTRY(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, OPERATION)                                        \
    [ARETE_BINARY_##OPERATION][TYPE] = OPERATION##_##TAG,

/// One file a group of operations; null for operations of another group.
arete_binary_row arete_binary_arithmetic(arete_binary_operation operation, arete_element_type type);
arete_binary_row arete_binary_division(arete_binary_operation operation, arete_element_type type);
arete_binary_row arete_binary_logic(arete_binary_operation operation, arete_element_type type);
