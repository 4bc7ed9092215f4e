// Resizing of float tensors, one axis at a time, through tables of taps that are computed once.
#pragma once
#include "arete_types.h"

typedef enum {
    ARETE_RESIZE_NEAREST,
    ARETE_RESIZE_LINEAR,
    ARETE_RESIZE_CUBIC,
} arete_resize_mode;

typedef enum {
    ARETE_COORDINATE_HALF_PIXEL,
    ARETE_COORDINATE_HALF_PIXEL_SYMMETRIC,
    ARETE_COORDINATE_PYTORCH_HALF_PIXEL,
    ARETE_COORDINATE_ALIGN_CORNERS,
    ARETE_COORDINATE_ASYMMETRIC,
    ARETE_COORDINATE_CROP_AND_RESIZE, // ONNX tf_crop_and_resize
} arete_coordinate_mode;

typedef enum {
    ARETE_NEAREST_ROUND_PREFER_FLOOR,
    ARETE_NEAREST_ROUND_PREFER_CEIL,
    ARETE_NEAREST_FLOOR,
    ARETE_NEAREST_CEIL,
} arete_nearest_mode;

/// How one axis of `input` elements becomes `output` elements, as ONNX's Resize says.
typedef struct {
    arete_resize_mode mode;
    arete_coordinate_mode coordinates;
    arete_nearest_mode nearest;
    size_t input, output; // below 2^31
    double scale;         // output / input where sizes were given
    double start, end;    // region of interest, of ARETE_COORDINATE_CROP_AND_RESIZE
    double cubic;         // the coefficient a
    bool exclude_outside, antialias;
} arete_resize_axis;

/// Taps per output element; 0 when scale is not a positive number.
size_t arete_resize_taps(const arete_resize_axis *axis);

/// Fills index [output][taps] and weight [output][taps]. Indices lie inside the input, but for output elements that
/// take the extrapolation value: there the first is -1.
void arete_resize_table(const arete_resize_axis *axis, int32_t *index, double *weight);

/// The tables of TFLite's RESIZE_BILINEAR (two taps) and RESIZE_NEAREST_NEIGHBOR (one tap, no weights), in its float
/// arithmetic.
void arete_resize_table_linear_tflite(size_t input, size_t output, bool align_corners, bool half_pixel, int32_t *index,
                                      double *weight);
void arete_resize_table_nearest_tflite(size_t input, size_t output, bool align_corners, bool half_pixel,
                                       int32_t *index);

/// x [outer][input][inner] and y [outer][output][inner].
typedef struct {
    size_t input, output, inner, taps;
    const int32_t *index;
    const double *weight;
    double extrapolation;
} arete_resize_pass;

/// Rows begin ..< end of outer * output, `inner` elements each.
typedef void (*arete_resize_function)(const arete_resize_pass *pass, const void *x, void *y, size_t begin, size_t end);

/// For the four float types; null otherwise. Resize several axes in several passes.
ARETE_AT_LOAD arete_resize_function arete_resize(arete_element_type type);

/// The same with one tap and without weights, for elements of any type: copies, or *extrapolation.
void arete_resize_nearest(const arete_resize_pass *pass, size_t element_size, const void *extrapolation, const void *x,
                          void *y, size_t begin, size_t end);
