// Where the taps of a resized axis lie and what they weigh.
#include "arete_resize.h"
#include <math.h>

/// The resized length that coordinates refer to: the product of scale and length, which need not be whole, but is where
/// the scale was rounded from a quotient.
static double resized_length(const arete_resize_axis *axis) {
    const double length = axis->scale * (double)axis->input;
    const double whole = rint(length);
    return fabs(length - whole) <= 1e-6 * whole ? whole : length;
}

/// Where x lies in the input. Nearest elements change at whole numbers: there the rounding of float, in which ONNX has
/// its coordinates, decides.
static double unscaled(const arete_resize_axis *axis, double x) {
    return axis->mode == ARETE_RESIZE_NEAREST ? (double)((float)x / (float)axis->scale) : x / axis->scale;
}

/// The place in the input that output element i is computed at.
static double source_place(const arete_resize_axis *axis, size_t i) {
    const double x = (double)i, last = (double)axis->input - 1, resized = resized_length(axis);
    switch (axis->coordinates) {
    case ARETE_COORDINATE_ALIGN_CORNERS:
        return resized == 1 ? 0 : x * last / (resized - 1);
    case ARETE_COORDINATE_ASYMMETRIC:
        return unscaled(axis, x);
    case ARETE_COORDINATE_CROP_AND_RESIZE:
        if (resized == 1) return (axis->start + axis->end) * last / 2;
        return axis->start * last + x * (axis->end - axis->start) * last / (resized - 1);
    case ARETE_COORDINATE_PYTORCH_HALF_PIXEL:
        if (axis->output == 1) return 0;
        return unscaled(axis, x + 0.5) - 0.5;
    case ARETE_COORDINATE_HALF_PIXEL_SYMMETRIC: {
        const double offset = (double)axis->input / 2 * (1 - (double)axis->output / resized);
        return offset + unscaled(axis, x + 0.5) - 0.5;
    }
    case ARETE_COORDINATE_HALF_PIXEL:
        break;
    }
    return unscaled(axis, x + 0.5) - 0.5;
}

/// How far apart taps are in the kernel: below 1 where antialiasing widens it.
static double kernel_scale(const arete_resize_axis *axis) {
    return axis->antialias && axis->scale < 1 ? axis->scale : 1;
}

/// Taps left of the place, itself included.
static double left_taps(const arete_resize_axis *axis) {
    return ceil((axis->mode == ARETE_RESIZE_CUBIC ? 2 : 1) / kernel_scale(axis));
}

size_t arete_resize_taps(const arete_resize_axis *axis) {
    if (!(axis->scale > 0) || isinf(axis->scale)) return 0;
    if (axis->mode == ARETE_RESIZE_NEAREST) return 1;
    // More taps than the input has elements on either side would only repeat its ends.
    const double taps = 2 * left_taps(axis), most = 4 * ((double)axis->input + 1);
    return taps < most ? (size_t)taps : (size_t)most;
}

static double cubic_kernel(double x, double a) {
    x = fabs(x);
    if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    if (x < 2) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
    return 0;
}

static double linear_kernel(double x) { return fabs(x) < 1 ? 1 - fabs(x) : 0; }

static size_t nearest_place(const arete_resize_axis *axis, double place) {
    double whole = 0;
    switch (axis->nearest) {
    case ARETE_NEAREST_ROUND_PREFER_FLOOR:
        whole = ceil(place - 0.5);
        break;
    case ARETE_NEAREST_ROUND_PREFER_CEIL:
        whole = floor(place + 0.5);
        break;
    case ARETE_NEAREST_FLOOR:
        whole = floor(place);
        break;
    case ARETE_NEAREST_CEIL:
        whole = ceil(place);
        break;
    }
    const double last = (double)axis->input - 1;
    return !(whole > 0) ? 0 : whole > last ? (size_t)last : (size_t)whole;
}

void arete_resize_table(const arete_resize_axis *axis, int32_t *index, double *weight) {
    const size_t taps = arete_resize_taps(axis);
    const double last = (double)axis->input - 1, scale = kernel_scale(axis);
    for (size_t i = 0; i < axis->output; i++, index += taps, weight += taps) {
        const double place = source_place(axis, i);
        const bool crops = axis->coordinates == ARETE_COORDINATE_CROP_AND_RESIZE;
        if (!isfinite(place) || (crops && (place < 0 || place > last))) {
            for (size_t t = 0; t < taps; t++) index[t] = -1, weight[t] = 0;
            continue;
        }
        if (axis->mode == ARETE_RESIZE_NEAREST) {
            index[0] = (int32_t)nearest_place(axis, place);
            weight[0] = 1;
            continue;
        }
        const double first = floor(place) - (double)(taps / 2) + 1;
        double sum = 0;
        for (size_t t = 0; t < taps; t++) {
            const double at = first + (double)t, distance = (at - place) * scale;
            const bool outside = at < 0 || at > last;
            index[t] = at < 0 ? 0 : at > last ? (int32_t)last : (int32_t)at;
            weight[t] =
                axis->mode == ARETE_RESIZE_CUBIC ? cubic_kernel(distance, axis->cubic) : linear_kernel(distance);
            if (outside && axis->exclude_outside) weight[t] = 0;
            sum += weight[t];
        }
        // The plain kernels sum to one already; widened and cut ones do not.
        for (size_t t = 0; (axis->exclude_outside || scale < 1) && sum != 0 && t < taps; t++) weight[t] /= sum;
    }
}

/// Input elements per output element, as TFLite computes it.
static float tflite_step(size_t input, size_t output, bool align_corners) {
    return align_corners && output > 1 ? (float)(input - 1) / (float)(output - 1) : (float)input / (float)output;
}

void arete_resize_table_linear_tflite(size_t input, size_t output, bool align_corners, bool half_pixel, int32_t *index,
                                      double *weight) {
    const float step = tflite_step(input, output, align_corners);
    for (size_t i = 0; i < output; i++) {
        const float place = half_pixel ? ((float)i + 0.5f) * step - 0.5f : (float)i * step;
        const float low = fmaxf(floorf(place), 0), high = fminf(ceilf(place), (float)(input - 1));
        index[2 * i] = (int32_t)fminf(low, (float)(input - 1));
        index[2 * i + 1] = (int32_t)fmaxf(high, 0);
        weight[2 * i] = (double)(1 - (place - low));
        weight[2 * i + 1] = (double)(place - low);
    }
}

void arete_resize_table_nearest_tflite(size_t input, size_t output, bool align_corners, bool half_pixel,
                                       int32_t *index) {
    const float step = tflite_step(input, output, align_corners), offset = half_pixel ? 0.5f : 0;
    for (size_t i = 0; i < output; i++) {
        const float place = ((float)i + offset) * step;
        const float whole = align_corners ? roundf(place) : floorf(place);
        index[i] = (int32_t)fmaxf(fminf(whole, (float)(input - 1)), 0);
    }
}
