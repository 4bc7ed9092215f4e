// Sums of rows of floats in double precision: eight interleaved parts, so that loops vectorize in one order everywhere.
#pragma once
#include "elements.h"

enum { ROW_SUM_PARTS = 8 };

#define DEFINE_ROW_SUM(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                  \
    static inline double row_sum_##TAG(const STORED *x, size_t n) {                                                    \
        double sums[ROW_SUM_PARTS] = {0}, sum = 0;                                                                     \
        size_t i = 0;                                                                                                  \
        for (; i + ROW_SUM_PARTS <= n; i += ROW_SUM_PARTS) {                                                           \
            for (size_t l = 0; l < ROW_SUM_PARTS; l++) sums[l] += (double)LOAD(x[i + l]);                              \
        }                                                                                                              \
        for (; i < n; i++) sum += (double)LOAD(x[i]);                                                                  \
        for (size_t l = 0; l < ROW_SUM_PARTS; l++) sum += sums[l];                                                     \
        return sum;                                                                                                    \
    }
ARETE_FOR_FLOATS(DEFINE_ROW_SUM, )
