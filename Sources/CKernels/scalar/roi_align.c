// Pools regions of interest of feature maps from bilinear samples.
#include "arete_sampling.h"
#include "elements.h"
#include <math.h>

/// One dimension of a box: where it begins, the size of its bins and the samples in each.
typedef struct {
    double start, bin;
    size_t samples;
} roi_side;

static roi_side side_of(const arete_roi_plan *plan, double from, double to, size_t bins, size_t extent) {
    const double offset = plan->half_pixel ? 0.5 : 0;
    const double start = from * plan->spatial_scale - offset;
    double length = to * plan->spatial_scale - offset - start;
    if (!plan->half_pixel && !(length > 1)) length = 1; // degenerate boxes become single pixels
    const double bin = length / (double)bins;
    // More samples than four a pixel of the whole map would only cost time: boxes come from a model's input.
    const double wanted = plan->sampling_ratio > 0 ? (double)plan->sampling_ratio : ceil(bin);
    const double most = 4 * (double)extent + 4;
    return (roi_side){start, bin, !(wanted > 0) ? 0 : (size_t)(wanted < most ? wanted : most)};
}

/// The two pixels around a place and the weight of the second; false outside the map.
static bool pixels_at(double place, size_t extent, size_t *low, size_t *high, double *weight) {
    if (!(place >= -1 && place <= (double)extent) || extent == 0) return false;
    if (place < 0) place = 0;
    *low = (size_t)place;
    if (*low >= extent - 1) {
        *low = *high = extent - 1;
        *weight = 0;
    } else {
        *high = *low + 1;
        *weight = place - (double)*low;
    }
    return true;
}

#define DEFINE(TAG, TYPE, STORED, ...)                                                                                 \
    static double pooled_##TAG(const arete_roi_plan *plan, const STORED *plane, roi_side v, roi_side h, size_t row,    \
                               size_t column) {                                                                        \
        double sum = 0, largest = 0;                                                                                   \
        bool any = false;                                                                                              \
        for (size_t i = 0; i < v.samples; i++) {                                                                       \
            for (size_t j = 0; j < h.samples; j++) {                                                                   \
                const double y = v.start + ((double)row + ((double)i + 0.5) / (double)v.samples) * v.bin;              \
                const double x = h.start + ((double)column + ((double)j + 0.5) / (double)h.samples) * h.bin;           \
                size_t top = 0, bottom = 0, left = 0, right = 0;                                                       \
                double below = 0, beside = 0, part[4] = {0};                                                           \
                if (pixels_at(y, plan->height, &top, &bottom, &below) &&                                               \
                    pixels_at(x, plan->width, &left, &right, &beside)) {                                               \
                    part[0] = (1 - below) * (1 - beside) * (double)plane[top * plan->width + left];                    \
                    part[1] = (1 - below) * beside * (double)plane[top * plan->width + right];                         \
                    part[2] = below * (1 - beside) * (double)plane[bottom * plan->width + left];                       \
                    part[3] = below * beside * (double)plane[bottom * plan->width + right];                            \
                }                                                                                                      \
                sum += part[0] + part[1] + part[2] + part[3];                                                          \
                /* The standard takes the largest weighted pixel, not the largest sample. */                           \
                const double best = fmax(fmax(part[0], part[1]), fmax(part[2], part[3]));                              \
                largest = any ? fmax(largest, best) : best;                                                            \
                any = true;                                                                                            \
            }                                                                                                          \
        }                                                                                                              \
        const double samples = (double)(v.samples * h.samples);                                                        \
        return plan->maximum ? largest : samples == 0 ? 0 : sum / samples;                                             \
    }                                                                                                                  \
    static bool roi_##TAG(const arete_roi_plan *plan, const void *x, const void *boxes, const int64_t *images,         \
                          void *y, size_t begin, size_t end) {                                                         \
        bool valid = true;                                                                                             \
        const size_t area = plan->height * plan->width, bins = plan->rows * plan->columns;                             \
        for (size_t n = begin; n < end; n++) {                                                                         \
            const STORED *const box = (const STORED *)boxes + 4 * n;                                                   \
            const roi_side h = side_of(plan, (double)box[0], (double)box[2], plan->columns, plan->width);              \
            const roi_side v = side_of(plan, (double)box[1], (double)box[3], plan->rows, plan->height);                \
            const bool inside = images[n] >= 0 && (uint64_t)images[n] < plan->batch;                                   \
            valid &= inside;                                                                                           \
            for (size_t c = 0; c < plan->channels; c++) {                                                              \
                STORED *const to = (STORED *)y + (n * plan->channels + c) * bins;                                      \
                const size_t image = inside ? (size_t)images[n] : 0;                                                   \
                const STORED *const plane = (const STORED *)x + (image * plan->channels + c) * area;                   \
                for (size_t b = 0; b < bins; b++) {                                                                    \
                    const size_t row = b / plan->columns, column = b % plan->columns;                                  \
                    to[b] = inside ? (STORED)pooled_##TAG(plan, plane, v, h, row, column) : 0;                         \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
        return valid;                                                                                                  \
    }
ARETE_FOR_WIDE_FLOATS(DEFINE, )

arete_roi_function arete_roi_align(arete_element_type type) {
    return type == ARETE_FLOAT32 ? roi_f32 : type == ARETE_FLOAT64 ? roi_f64 : NULL;
}
