// What follows a float matrix product: bias and clamp.
#pragma once
#include "arete_types.h"

/// Adds a bias and clamps to [low, high], in place: `values` has `rows` rows of `columns`, `row_stride` floats apart.
/// The bias (NULL: none) has one entry a row, or one a column.
void arete_f32_finish(float *values, size_t rows, size_t columns, size_t row_stride, const float *bias,
                      bool bias_per_row, float low, float high);
