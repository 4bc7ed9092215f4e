// Elementwise functions of one operand with constants: activations with attributes, clipping.
#include "arete_unary.h"
#include "elements.h"
#include "parametric_float.h"

#pragma clang diagnostic ignored "-Wpass-failed" // loops that call the mathematical library stay scalar

#define LOOP(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, OPERATION, RESULT)                                              \
    static void OPERATION##_##TAG(const void *x, void *y, size_t begin, size_t end,                                    \
                                  const arete_parameters *parameters) {                                                \
        const STORED *const source = x;                                                                                \
        STORED *const target = y;                                                                                      \
        const COMPUTED a = (COMPUTED)parameters->a, b = (COMPUTED)parameters->b;                                       \
        (void)b;                                                                                                       \
        ARETE_ELEMENTWISE for (size_t i = begin; i < end; i++) {                                                       \
            const COMPUTED v = LOAD(source[i]);                                                                        \
            target[i] = STORE(RESULT);                                                                                 \
        }                                                                                                              \
    }
#define LOOPS(OPERATION, RESULT) ARETE_FOR_FLOATS(LOOP, OPERATION, RESULT)
PARAMETRIC_OPERATIONS(LOOPS)

#define ENTRY(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, OPERATION)                                                     \
    [ARETE_PARAMETRIC_##OPERATION][TYPE] = OPERATION##_##TAG,
#define ENTRIES(OPERATION, RESULT) ARETE_FOR_FLOATS(ENTRY, OPERATION)
static const arete_parametric_function functions[ARETE_PARAMETRIC_COUNT][ARETE_ELEMENT_TYPES] = {
    PARAMETRIC_OPERATIONS(ENTRIES)};

arete_parametric_function arete_parametric(arete_parametric_operation operation, arete_element_type type) {
    if ((unsigned)operation >= ARETE_PARAMETRIC_COUNT || !arete_is_element_type(type)) return NULL;
    return functions[operation][type];
}

#define CLIP_LOOP(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                       \
    static void bounded_##TAG(const void *x, void *y, size_t begin, size_t end, const void *lowest,                    \
                              const void *highest) {                                                                   \
        const STORED *const source = x;                                                                                \
        STORED *const target = y;                                                                                      \
        const bool has_low = lowest != NULL, has_high = highest != NULL;                                               \
        const COMPUTED low = has_low ? LOAD(*(const STORED *)lowest) : 0;                                              \
        const COMPUTED high = has_high ? LOAD(*(const STORED *)highest) : 0;                                           \
        ARETE_ELEMENTWISE for (size_t i = begin; i < end; i++) {                                                       \
            COMPUTED v = LOAD(source[i]);                                                                              \
            v = has_low && v < low ? low : v;                                                                          \
            v = has_high && v > high ? high : v;                                                                       \
            target[i] = STORE(v);                                                                                      \
        }                                                                                                              \
    }
ARETE_FOR_NUMBERS(CLIP_LOOP, )

#define CLIP_ENTRY(TAG, TYPE, ...) [TYPE] = bounded_##TAG,
static const arete_clip_function clips[ARETE_ELEMENT_TYPES] = {ARETE_FOR_NUMBERS(CLIP_ENTRY, )};

arete_clip_function arete_clip(arete_element_type type) { return arete_is_element_type(type) ? clips[type] : NULL; }
