// Samples images at the points of a grid.
#include "arete_sampling.h"
#include "elements.h"
#include <math.h>

enum { TAPS = 4 }; // at most, a dimension

/// The ends that reflection turns round at.
static void borders(const arete_grid_plan *plan, size_t d, double *low, double *high) {
    *low = plan->align_corners ? 0 : -0.5;
    *high = (double)plan->input[d] - (plan->align_corners ? 1 : 0.5);
}

static double reflected(double v, double low, double high) {
    const double range = high - low;
    if (v >= low && v <= high) return v;
    if (!(range > 0)) return low;
    const double beyond = fmod(v < low ? low - v : v - high, 2 * range);
    const double inward = beyond < range ? beyond : 2 * range - beyond;
    return v < low ? low + inward : high - inward;
}

/// The place of pixel i of dimension d after the border's rule; -1 for a zero.
static ptrdiff_t pixel_place(const arete_grid_plan *plan, size_t d, double i) {
    const double last = (double)plan->input[d] - 1;
    if (i >= 0 && i <= last) return (ptrdiff_t)i;
    if (plan->border == ARETE_BORDER_ZEROS || plan->input[d] == 0) return -1;
    if (plan->border == ARETE_BORDER_REFLECT) {
        double low, high;
        borders(plan, d, &low, &high);
        i = trunc(reflected(i, low, high));
    }
    return i < 0 ? 0 : i > last ? (ptrdiff_t)last : (ptrdiff_t)i;
}

static double cubic_kernel(double x) {
    const double a = -0.75;
    x = fabs(x);
    if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    if (x < 2) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
    return 0;
}

/// Taps of one dimension: their places and weights.
static size_t taps_at(const arete_grid_plan *plan, size_t d, double normalized, ptrdiff_t place[TAPS],
                      double weight[TAPS]) {
    const double length = (double)plan->input[d], far = 1e9;
    double v = plan->align_corners ? (normalized + 1) / 2 * (length - 1) : ((normalized + 1) * length - 1) / 2;
    if (!(v > -far)) v = -far; // NaN too
    if (v > far) v = far;
    double low, high;
    borders(plan, d, &low, &high);
    if (plan->mode == ARETE_SAMPLE_NEAREST) v = rint(v);
    if (v < low || v > high) {
        if (plan->border == ARETE_BORDER_CLAMP) v = v < 0 ? 0 : v > length - 1 ? length - 1 : v;
        if (plan->border == ARETE_BORDER_REFLECT) v = reflected(v, low, high);
    }
    if (plan->mode == ARETE_SAMPLE_NEAREST) {
        place[0] = pixel_place(plan, d, trunc(v));
        weight[0] = 1;
        return 1;
    }
    const double base = floor(v);
    const bool cubic = plan->mode == ARETE_SAMPLE_CUBIC;
    const size_t taps = cubic ? 4 : 2;
    for (size_t t = 0; t < taps; t++) {
        const double at = base + (double)t - (cubic ? 1 : 0);
        place[t] = pixel_place(plan, d, at);
        weight[t] = cubic ? cubic_kernel(v - at) : t == 0 ? 1 - (v - base) : v - base;
    }
    return taps;
}

#define DEFINE(TAG, TYPE, STORED, ...)                                                                                 \
    static void grid_##TAG(const arete_grid_plan *plan, const void *x, const void *grid, void *y, size_t begin,        \
                           size_t end) {                                                                               \
        const size_t rank = plan->rank;                                                                                \
        size_t area = 1;                                                                                               \
        for (size_t d = 0; d < rank; d++) area *= plan->input[d];                                                      \
        for (size_t point = begin; point < end; point++) {                                                             \
            const size_t image = point / plan->places, at = point % plan->places;                                      \
            ptrdiff_t place[3][TAPS] = {{0}};                                                                          \
            double weight[3][TAPS] = {{1, 0, 0, 0}, {1, 0, 0, 0}, {1, 0, 0, 0}};                                       \
            size_t taps[3] = {1, 1, 1};                                                                                \
            for (size_t d = 0; d < rank; d++) {                                                                        \
                const double normalized = (double)((const STORED *)grid)[point * rank + (rank - 1 - d)];               \
                taps[3 - rank + d] = taps_at(plan, d, normalized, place[3 - rank + d], weight[3 - rank + d]);          \
            }                                                                                                          \
            const ptrdiff_t height = (ptrdiff_t)plan->input[rank - 2], width = (ptrdiff_t)plan->input[rank - 1];       \
            for (size_t c = 0; c < plan->channels; c++) {                                                              \
                const STORED *const plane = (const STORED *)x + (image * plan->channels + c) * area;                   \
                double sum = 0;                                                                                        \
                for (size_t i = 0; i < taps[0]; i++) {                                                                 \
                    for (size_t j = 0; j < taps[1]; j++) {                                                             \
                        for (size_t k = 0; k < taps[2]; k++) {                                                         \
                            if (place[0][i] < 0 || place[1][j] < 0 || place[2][k] < 0) continue;                       \
                            const ptrdiff_t from = (place[0][i] * height + place[1][j]) * width + place[2][k];         \
                            sum += weight[0][i] * weight[1][j] * weight[2][k] * (double)plane[from];                   \
                        }                                                                                              \
                    }                                                                                                  \
                }                                                                                                      \
                ((STORED *)y)[(image * plan->channels + c) * plan->places + at] = (STORED)sum;                         \
            }                                                                                                          \
        }                                                                                                              \
    }
ARETE_FOR_WIDE_FLOATS(DEFINE, )

arete_grid_function arete_grid_sample(arete_element_type type) {
    return type == ARETE_FLOAT32 ? grid_f32 : type == ARETE_FLOAT64 ? grid_f64 : NULL;
}
