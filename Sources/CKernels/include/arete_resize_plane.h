// Linear resizing of two neighbouring axes at once.
#pragma once
#include "arete_types.h"

/// x [outer][height][width][inner] and y [outer][output_height][output_width][inner]; for each output row and column
/// two input positions and their weights.
typedef struct {
    size_t height, width, output_height, output_width, inner;
    const int32_t *rows, *columns;             // [output_height][2], [output_width][2]
    const float *row_weights, *column_weights; // the same
} arete_resize_plane;

/// Rows begin ..< end of outer * output_height. Each result is the sum of four products in reading order, each with the
/// product of both weights, rounded one by one: the order in which ONNX Runtime blends.
void arete_resize_plane_f32(const arete_resize_plane *plane, const float *x, float *y, size_t begin, size_t end);
