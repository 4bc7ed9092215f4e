// Softmax along an axis as loops that vectorize: included once for each instruction set. The order of sums is one
// everywhere.
#pragma once
#include "arete_normalize.h"
#include "row_sum.h"
#include "vector_math.h"
#include <tgmath.h>

#pragma clang diagnostic ignored "-Wpass-failed"

enum { BLOCK = 64 }; // neighbouring columns that are computed together

/// Columns from `column` on, before `end`, that lie next to each other.
static size_t run_length(const arete_softmax_plan *plan, size_t column, size_t end) {
    const size_t room = plan->inner - column % plan->inner, left = end - column;
    const size_t run = left < room ? left : room;
    return run < BLOCK ? run : BLOCK;
}

enum { SHORT = 8 }; // rows below this many elements are computed column by column, many rows together

static inline bool has_short_rows(const arete_softmax_plan *plan) { return plan->n > 0 && plan->n < SHORT; }

// Runs BODY for each run of columns: `from` and `to` are its first elements, `largest` its largest ones (NaN if there
// is one), element i of column j is at i * step + j.
#define FOR_RUNS(TAG, STORED, COMPUTED, LOAD, ...)                                                                     \
    const size_t step = plan->inner, n = plan->n;                                                                      \
    for (size_t column = begin, run; column < end && n > 0; column += run) {                                           \
        run = run_length(plan, column, end);                                                                           \
        const size_t place = column / step * n * step + column % step;                                                 \
        const STORED *const from = (const STORED *)x + place;                                                          \
        STORED *const to = (STORED *)y + place;                                                                        \
        COMPUTED largest[BLOCK];                                                                                       \
        if (step == 1) {                                                                                               \
            largest[0] = row_largest_##TAG(from, n);                                                                   \
        } else {                                                                                                       \
            for (size_t j = 0; j < run; j++) largest[j] = LOAD(from[j]);                                               \
            for (size_t i = 1; i < n; i++) {                                                                           \
                for (size_t j = 0; j < run; j++) {                                                                     \
                    const COMPUTED v = LOAD(from[i * step + j]);                                                       \
                    largest[j] = v > largest[j] || v != v ? v : largest[j];                                            \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
        __VA_ARGS__                                                                                                    \
    }

#define DEFINE_SOFTMAX(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                  \
    static COMPUTED row_largest_##TAG(const STORED *x, size_t n) {                                                     \
        enum { LANES = 8 };                                                                                            \
        COMPUTED best[LANES];                                                                                          \
        for (size_t l = 0; l < LANES; l++) best[l] = LOAD(x[0]);                                                       \
        size_t i = 0;                                                                                                  \
        for (; i + LANES <= n; i += LANES) {                                                                           \
            for (size_t l = 0; l < LANES; l++) {                                                                       \
                const COMPUTED v = LOAD(x[i + l]);                                                                     \
                best[l] = v > best[l] || v != v ? v : best[l];                                                         \
            }                                                                                                          \
        }                                                                                                              \
        for (; i < n; i++) {                                                                                           \
            const COMPUTED v = LOAD(x[i]);                                                                             \
            best[0] = v > best[0] || v != v ? v : best[0];                                                             \
        }                                                                                                              \
        for (size_t l = 1; l < LANES; l++) best[0] = best[l] > best[0] || best[l] != best[l] ? best[l] : best[0];      \
        return best[0];                                                                                                \
    }                                                                                                                  \
    /* The sum of a short row has one part, so its bits are those of a column. */                                      \
    static void soft_short_##TAG(const STORED *x, STORED *y, size_t rows, size_t n, COMPUTED beta) {                   \
        COMPUTED columns[SHORT][BLOCK];                                                                                \
        double sums[BLOCK] = {0};                                                                                      \
        COMPUTED largest[BLOCK];                                                                                       \
        for (size_t j = 0; j < rows; j++) largest[j] = LOAD(x[j * n]);                                                 \
        for (size_t i = 0; i < n; i++) {                                                                               \
            for (size_t j = 0; j < rows; j++) {                                                                        \
                const COMPUTED v = LOAD(x[j * n + i]);                                                                 \
                columns[i][j] = v;                                                                                     \
                largest[j] = v > largest[j] || v != v ? v : largest[j];                                                \
            }                                                                                                          \
        }                                                                                                              \
        for (size_t i = 0; i < n; i++) {                                                                               \
            ARETE_ELEMENTWISE for (size_t j = 0; j < rows; j++) {                                                      \
                columns[i][j] = LOAD(STORE(ARETE_EXP(beta * (columns[i][j] - largest[j]))));                           \
            }                                                                                                          \
            for (size_t j = 0; j < rows; j++) sums[j] += (double)columns[i][j];                                        \
        }                                                                                                              \
        for (size_t i = 0; i < n; i++) {                                                                               \
            for (size_t j = 0; j < rows; j++) columns[i][j] /= (COMPUTED)sums[j];                                      \
            for (size_t j = 0; j < rows; j++) y[j * n + i] = STORE(columns[i][j]);                                     \
        }                                                                                                              \
    }                                                                                                                  \
    static void soft_##TAG(const arete_softmax_plan *plan, const void *x, void *y, size_t begin, size_t end) {         \
        const COMPUTED beta = (COMPUTED)plan->beta;                                                                    \
        for (size_t rows; plan->inner == 1 && has_short_rows(plan) && begin < end; begin += rows) {                    \
            rows = end - begin < BLOCK ? end - begin : BLOCK;                                                          \
            soft_short_##TAG((const STORED *)x + begin * plan->n, (STORED *)y + begin * plan->n, rows, plan->n, beta); \
        }                                                                                                              \
        FOR_RUNS(TAG, STORED, COMPUTED, LOAD, {                                                                        \
            if (step == 1) {                                                                                           \
                const COMPUTED top = largest[0];                                                                       \
                ARETE_ELEMENTWISE for (size_t i = 0; i < n; i++) {                                                     \
                    to[i] = STORE(ARETE_EXP(beta * (LOAD(from[i]) - top)));                                            \
                }                                                                                                      \
                const COMPUTED total = (COMPUTED)row_sum_##TAG(to, n);                                                 \
                for (size_t i = 0; i < n; i++) to[i] = STORE(LOAD(to[i]) / total);                                     \
                continue;                                                                                              \
            }                                                                                                          \
            double sums[BLOCK] = {0};                                                                                  \
            for (size_t i = 0; i < n; i++) {                                                                           \
                ARETE_ELEMENTWISE for (size_t j = 0; j < run; j++) {                                                   \
                    to[i * step + j] = STORE(ARETE_EXP(beta * (LOAD(from[i * step + j]) - largest[j])));               \
                }                                                                                                      \
                for (size_t j = 0; j < run; j++) sums[j] += (double)LOAD(to[i * step + j]);                            \
            }                                                                                                          \
            for (size_t i = 0; i < n; i++) {                                                                           \
                for (size_t j = 0; j < run; j++) {                                                                     \
                    to[i * step + j] = STORE(LOAD(to[i * step + j]) / (COMPUTED)sums[j]);                              \
                }                                                                                                      \
            }                                                                                                          \
        })                                                                                                             \
    }

#define DEFINE_LOG_SOFTMAX(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                              \
    /* The logarithm of a row's sum, whose terms are added in their order. */                                          \
    static COMPUTED row_log_sum_##TAG(const STORED *x, size_t n, COMPUTED beta, COMPUTED top) {                        \
        double sum = 0;                                                                                                \
        for (size_t i = 0; i < n; i += BLOCK) {                                                                        \
            const size_t part = n - i < BLOCK ? n - i : BLOCK;                                                         \
            COMPUTED powers[BLOCK];                                                                                    \
            ARETE_ELEMENTWISE for (size_t k = 0; k < part; k++) powers[k] = ARETE_EXP(beta * (LOAD(x[i + k]) - top));  \
            for (size_t k = 0; k < part; k++) sum += (double)powers[k];                                                \
        }                                                                                                              \
        return (COMPUTED)log(sum);                                                                                     \
    }                                                                                                                  \
    static void log_soft_##TAG(const arete_softmax_plan *plan, const void *x, void *y, size_t begin, size_t end) {     \
        const COMPUTED beta = (COMPUTED)plan->beta;                                                                    \
        FOR_RUNS(TAG, STORED, COMPUTED, LOAD, {                                                                        \
            if (step == 1) {                                                                                           \
                const COMPUTED top = largest[0], total = row_log_sum_##TAG(from, n, beta, top);                        \
                ARETE_ELEMENTWISE for (size_t i = 0; i < n; i++) {                                                     \
                    const COMPUTED v = beta * (LOAD(from[i]) - top);                                                   \
                    to[i] = STORE(v - total);                                                                          \
                }                                                                                                      \
                continue;                                                                                              \
            }                                                                                                          \
            double sums[BLOCK] = {0};                                                                                  \
            for (size_t i = 0; i < n; i++) {                                                                           \
                COMPUTED powers[BLOCK];                                                                                \
                ARETE_ELEMENTWISE for (size_t j = 0; j < run; j++) {                                                   \
                    powers[j] = ARETE_EXP(beta * (LOAD(from[i * step + j]) - largest[j]));                             \
                }                                                                                                      \
                for (size_t j = 0; j < run; j++) sums[j] += (double)powers[j];                                         \
            }                                                                                                          \
            for (size_t j = 0; j < run; j++) sums[j] = log(sums[j]);                                                   \
            for (size_t i = 0; i < n; i++) {                                                                           \
                ARETE_ELEMENTWISE for (size_t j = 0; j < run; j++) {                                                   \
                    const COMPUTED v = beta * (LOAD(from[i * step + j]) - largest[j]);                                 \
                    to[i * step + j] = STORE(v - (COMPUTED)sums[j]);                                                   \
                }                                                                                                      \
            }                                                                                                          \
        })                                                                                                             \
    }
