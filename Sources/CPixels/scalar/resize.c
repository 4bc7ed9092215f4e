// Bilinear and area resize, plain C: the specification of every faster version.
#include "arete_pixels_resize.h"

#include <math.h>

enum { WEIGHT_ONE = 2048 };

void arete_bilinear_taps(size_t source, size_t count, int keep_weights, arete_bilinear_tap *taps) {
    const double scale = (double)source / (double)count;
    const ptrdiff_t last = (ptrdiff_t)source - 1;
    for (size_t i = 0; i < count; i++) {
        // Single precision for the position, as OpenCV has it: its rounding decides the last bit of a weight.
        const float position = (float)(((double)i + 0.5) * scale - 0.5);
        ptrdiff_t index = (ptrdiff_t)floorf(position);
        float fraction = position - (float)index;
        if (!keep_weights && (index < 0 || index >= last)) fraction = 0;
        const ptrdiff_t first = index < 0 ? 0 : index > last ? last : index;
        const ptrdiff_t second = index + 1 < 0 ? 0 : index + 1 > last ? last : index + 1;
        taps[i] =
            (arete_bilinear_tap){(uint32_t)first, (uint32_t)second, (int16_t)lrintf((1.0f - fraction) * WEIGHT_ONE),
                                 (int16_t)lrintf(fraction * WEIGHT_ONE)};
    }
}

// One source row to one row of sums in 1/128. Per output: two loads, two multiplies, one store.
static inline void blend_columns_of(const uint8_t *restrict row, size_t channels,
                                    const arete_bilinear_tap *restrict columns, size_t width, int16_t *restrict sums) {
    for (size_t x = 0; x < width; x++) {
        const arete_bilinear_tap tap = columns[x];
        const uint8_t *first = row + tap.first * channels, *second = row + tap.second * channels;
        for (size_t c = 0; c < channels; c++) {
            sums[x * channels + c] = (int16_t)((first[c] * tap.first_weight + second[c] * tap.second_weight) >> 4);
        }
    }
}

// The number of channels as a constant, so that the inner loop unrolls.
static void blend_columns(const uint8_t *restrict row, size_t channels, const arete_bilinear_tap *restrict columns,
                          size_t width, int16_t *restrict sums) {
    if (channels == 1) blend_columns_of(row, 1, columns, width, sums);
    if (channels == 3) blend_columns_of(row, 3, columns, width, sums);
    if (channels == 4) blend_columns_of(row, 4, columns, width, sums);
}

// Two rows of sums to one row of bytes: 16 x 16 bits, of which the upper half is kept, as one vector instruction does
// it.
static void blend_rows(const int16_t *restrict upper, const int16_t *restrict lower, int16_t upper_weight,
                       int16_t lower_weight, size_t count, uint8_t *restrict out) {
    for (size_t i = 0; i < count; i++) {
        const int16_t a = (int16_t)((upper[i] * upper_weight) >> 16);
        const int16_t b = (int16_t)((lower[i] * lower_weight) >> 16);
        out[i] = (uint8_t)((int16_t)(a + b + 2) >> 2);
    }
}

void arete_u8_resize_bilinear(const uint8_t *restrict source, size_t source_width, size_t channels,
                              const arete_bilinear_tap *restrict columns, size_t target_width,
                              const arete_bilinear_tap *restrict rows, size_t target_height, int16_t *restrict scratch,
                              uint8_t *restrict target, size_t target_stride) {
    const size_t width = target_width * channels;
    // Neighbouring target rows mostly read the same source rows: each buffer remembers which one it holds.
    int16_t *buffers[2] = {scratch, scratch + width};
    size_t held[2] = {SIZE_MAX, SIZE_MAX};
    for (size_t y = 0; y < target_height; y++) {
        const arete_bilinear_tap tap = rows[y];
        if (held[1] == tap.first) {
            int16_t *buffer = buffers[0];
            buffers[0] = buffers[1], buffers[1] = buffer;
            held[1] = held[0], held[0] = tap.first;
        }
        const size_t wanted[2] = {tap.first, tap.second};
        for (size_t i = 0; i < 2; i++) {
            if (held[i] == wanted[i]) continue;
            blend_columns(source + wanted[i] * source_width * channels, channels, columns, target_width, buffers[i]);
            held[i] = wanted[i];
        }
        blend_rows(buffers[0], buffers[1], tap.first_weight, tap.second_weight, width, target + y * target_stride);
    }
}

void arete_area_taps(size_t source, size_t count, arete_area_tap *taps) {
    const double scale = (double)source / (double)count;
    for (size_t i = 0; i < count; i++) {
        const double from = (double)i * scale, to = fmin((double)(i + 1) * scale, (double)source);
        size_t first = (size_t)from, end = (size_t)ceil(to);
        if (first > source - 1) first = source - 1;
        if (end > source) end = source;
        if (end <= first) end = first + 1;
        const double length = to - from;
        const double head = fmin((double)(first + 1), to) - from, tail = to - fmax((double)(end - 1), from);
        taps[i] = (arete_area_tap){(uint32_t)first, (uint32_t)(end - first), (float)(head / length),
                                   (float)(tail / length), (float)(1.0 / length)};
    }
}

static float weight_at(const arete_area_tap *tap, uint32_t i) {
    return i == 0 ? tap->first_weight : i + 1 == tap->count ? tap->last_weight : tap->inner_weight;
}

static inline void average_columns_of(const uint8_t *restrict row, size_t channels,
                                      const arete_area_tap *restrict columns, size_t width, float *restrict means) {
    for (size_t x = 0; x < width; x++) {
        const arete_area_tap *tap = &columns[x];
        for (size_t c = 0; c < channels; c++) {
            const uint8_t *pixel = row + tap->first * channels + c;
            float sum = pixel[0] * tap->first_weight;
            for (uint32_t i = 1; i < tap->count; i++) sum += pixel[i * channels] * weight_at(tap, i);
            means[x * channels + c] = sum;
        }
    }
}

static void average_columns(const uint8_t *restrict row, size_t channels, const arete_area_tap *restrict columns,
                            size_t width, float *restrict means) {
    if (channels == 1) average_columns_of(row, 1, columns, width, means);
    if (channels == 3) average_columns_of(row, 3, columns, width, means);
    if (channels == 4) average_columns_of(row, 4, columns, width, means);
}

void arete_u8_resize_area(const uint8_t *restrict source, size_t source_width, size_t channels,
                          const arete_area_tap *restrict columns, size_t target_width,
                          const arete_area_tap *restrict rows, size_t target_height, float *restrict scratch,
                          uint8_t *restrict target, size_t target_stride) {
    const size_t width = target_width * channels;
    float *restrict means = scratch, *restrict sums = scratch + width;
    size_t held = SIZE_MAX; // two target rows may share the source row between them
    for (size_t y = 0; y < target_height; y++) {
        const arete_area_tap *tap = &rows[y];
        for (size_t i = 0; i < width; i++) sums[i] = 0.5f; // rounds to nearest in the end
        for (uint32_t k = 0; k < tap->count; k++) {
            const size_t row = tap->first + k;
            if (held != row)
                average_columns(source + row * source_width * channels, channels, columns, target_width, means);
            held = row;
            const float weight = weight_at(tap, k);
            for (size_t i = 0; i < width; i++) sums[i] += means[i] * weight;
        }
        uint8_t *restrict out = target + y * target_stride;
        for (size_t i = 0; i < width; i++) out[i] = (uint8_t)fminf(sums[i], 255.0f);
    }
}
