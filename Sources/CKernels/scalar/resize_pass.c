// Resizes one axis of a tensor by a table of taps.
#include "arete_resize.h"
#include "elements.h"
#include "index_load.h"

#pragma clang diagnostic ignored "-Wpass-failed"

enum { BLOCK = 64 };

#define DEFINE(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                          \
    /* Rows of one element: the axis is the innermost dimension. */                                                    \
    static void resize_last_##TAG(const arete_resize_pass *pass, const STORED *x, STORED *y, size_t begin,             \
                                  size_t end) {                                                                        \
        const size_t taps = pass->taps;                                                                                \
        for (size_t at = begin, stop; at < end; at = stop) {                                                           \
            const size_t line = at / pass->output, first = line * pass->output;                                        \
            stop = first + pass->output < end ? first + pass->output : end;                                            \
            const STORED *const from = x + line * pass->input;                                                         \
            for (; at < stop; at++) {                                                                                  \
                const int32_t *const index = pass->index + (at - first) * taps;                                        \
                const double *const weight = pass->weight + (at - first) * taps;                                       \
                if (index[0] < 0) {                                                                                    \
                    y[at] = STORE((COMPUTED)pass->extrapolation);                                                      \
                    continue;                                                                                          \
                }                                                                                                      \
                COMPUTED sum = 0;                                                                                      \
                for (size_t t = 0; t < taps; t++) sum += (COMPUTED)weight[t] * LOAD(from[index[t]]);                   \
                y[at] = STORE(sum);                                                                                    \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void resize_##TAG(const arete_resize_pass *pass, const void *x, void *y, size_t begin, size_t end) {        \
        if (pass->inner == 1) {                                                                                        \
            resize_last_##TAG(pass, x, y, begin, end);                                                                 \
            return;                                                                                                    \
        }                                                                                                              \
        const size_t inner = pass->inner, taps = pass->taps;                                                           \
        for (size_t row = begin; row < end; row++) {                                                                   \
            const size_t i = row % pass->output;                                                                       \
            const STORED *const image = (const STORED *)x + row / pass->output * pass->input * inner;                  \
            STORED *const to = (STORED *)y + row * inner;                                                              \
            const int32_t *const index = pass->index + i * taps;                                                       \
            const double *const weight = pass->weight + i * taps;                                                      \
            if (index[0] < 0) {                                                                                        \
                for (size_t k = 0; k < inner; k++) to[k] = STORE((COMPUTED)pass->extrapolation);                       \
                continue;                                                                                              \
            }                                                                                                          \
            for (size_t first = 0; first < inner; first += BLOCK) {                                                    \
                const size_t n = inner - first < BLOCK ? inner - first : BLOCK;                                        \
                COMPUTED sums[BLOCK] = {0};                                                                            \
                for (size_t t = 0; t < taps; t++) {                                                                    \
                    const STORED *const from = image + (size_t)index[t] * inner + first;                               \
                    const COMPUTED w = (COMPUTED)weight[t];                                                            \
                    for (size_t k = 0; k < n; k++) sums[k] += w * LOAD(from[k]);                                       \
                }                                                                                                      \
                for (size_t k = 0; k < n; k++) to[first + k] = STORE(sums[k]);                                         \
            }                                                                                                          \
        }                                                                                                              \
    }
ARETE_FOR_FLOATS(DEFINE, )

arete_resize_function arete_resize(arete_element_type type) {
    switch (type) {
    case ARETE_FLOAT16:
        return resize_f16;
    case ARETE_BFLOAT16:
        return resize_bf16;
    case ARETE_FLOAT32:
        return resize_f32;
    case ARETE_FLOAT64:
        return resize_f64;
    default:
        return NULL;
    }
}

void arete_resize_nearest(const arete_resize_pass *pass, size_t element_size, const void *extrapolation, const void *x,
                          void *y, size_t begin, size_t end) {
    const size_t unit = pass->inner * element_size;
    for (size_t row = begin; row < end; row++) {
        const int32_t index = pass->index[row % pass->output];
        char *const to = (char *)y + row * unit;
        if (index >= 0) {
            arete_copy_unit(to, (const char *)x + (row / pass->output * pass->input + (size_t)index) * unit, unit);
        } else {
            for (size_t k = 0; k < pass->inner; k++) memcpy(to + k * element_size, extrapolation, element_size);
        }
    }
}
