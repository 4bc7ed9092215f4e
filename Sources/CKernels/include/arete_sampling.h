// Sampling of float images at given places: grids and regions of interest.
#pragma once
#include "arete_types.h"

typedef enum {
    ARETE_SAMPLE_NEAREST, // half to even
    ARETE_SAMPLE_LINEAR,
    ARETE_SAMPLE_CUBIC, // a = -0.75
} arete_sample_mode;

typedef enum {
    ARETE_BORDER_ZEROS,
    ARETE_BORDER_CLAMP,
    ARETE_BORDER_REFLECT,
} arete_border_mode;

/// x [batch][channels][input], grid [batch][places][rank], y [batch][channels][places]; rank 2 (height, width) or 3
/// (depth, height, width). A grid point gives the last dimension first; -1 and 1 are the image's ends.
typedef struct {
    size_t rank, batch, channels, places;
    size_t input[3];
    arete_sample_mode mode;
    arete_border_mode border;
    bool align_corners;
} arete_grid_plan;

/// Grid points begin ..< end of batch * places, all channels each. A place that is not a number samples as far outside.
typedef void (*arete_grid_function)(const arete_grid_plan *plan, const void *x, const void *grid, void *y, size_t begin,
                                    size_t end);
/// For float32 and float64 (grids of the same type); null otherwise.
ARETE_AT_LOAD arete_grid_function arete_grid_sample(arete_element_type type);

/// x [batch][channels][height][width], boxes [n][4] (x1, y1, x2, y2) and images [n] give y
/// [n][channels][rows][columns].
typedef struct {
    size_t batch, channels, height, width, rows, columns;
    size_t sampling_ratio; // samples a bin and dimension; 0: as many as the bin has pixels
    double spatial_scale;
    bool half_pixel, maximum; // else the average
} arete_roi_plan;

/// Boxes begin ..< end. False where an image index is outside the batch; its box gives zeros.
typedef bool (*arete_roi_function)(const arete_roi_plan *plan, const void *x, const void *boxes, const int64_t *images,
                                   void *y, size_t begin, size_t end);
/// For float32 and float64; null otherwise.
ARETE_AT_LOAD arete_roi_function arete_roi_align(arete_element_type type);
