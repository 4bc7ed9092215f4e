// Rows of two operands and of the results of a function of both.
#pragma once
#include <stddef.h>

typedef struct {
    const void *a, *b;
    void *output;
    size_t a_step, b_step;                 // elements from one to the next of a row: 1, or 0 for one value throughout
    size_t a_pitch, b_pitch, output_pitch; // bytes from one row to the next
    size_t rows, count;                    // of `count` results each
} arete_pair_rows;

/// A prepared function of two elements: `form` is what its family's `prepare` filled. The results may lie where one of
/// the operands is.
typedef void (*arete_pair_function)(const void *form, const arete_pair_rows *rows);
