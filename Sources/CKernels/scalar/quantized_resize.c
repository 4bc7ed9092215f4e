// Bilinear resizing of quantized images, in the three arithmetics in use.
#include "quantized_resize.h"
#include "arete_quantized_resize.h"
#include "arete_requantize.h"

#include <math.h>
#include <string.h>

// One coordinate: the two positions between which it lies, and the weight of the second.
typedef struct {
    size_t first, second;
    int32_t weight;  // 10 or 11 fractional bits
    float near, far; // weights of the two
} coordinate;

static size_t bounded(int64_t x, size_t size) { return x < 0 ? 0 : (size_t)x >= size ? size - 1 : (size_t)x; }

arete_resize_place arete_resize_fixed_place(arete_resize_alignment alignment, size_t at, size_t input, size_t output) {
    const bool align = alignment == ARETE_RESIZE_ALIGN_CORNERS && output > 1;
    const int64_t span = (int64_t)output - (align ? 1 : 0);
    const int64_t scale = (1024 * ((int64_t)input - (align ? 1 : 0)) + span / 2) / span;
    int64_t position = (int64_t)at * scale;
    if (alignment == ARETE_RESIZE_HALF_PIXEL) {
        position += scale / 2 - 512;
    }
    const int64_t first = position / 1024 > 0 ? position / 1024 : 0;
    return (arete_resize_place){bounded(first, input), bounded((position + 1023) / 1024, input),
                                (int32_t)(position - 1024 * first)};
}

static coordinate fixed_coordinate(const arete_quantized_resize *r, size_t at, size_t input, size_t output) {
    const arete_resize_place place = arete_resize_fixed_place(r->alignment, at, input, output);
    return (coordinate){.first = place.first, .second = place.second, .weight = place.weight};
}

static float ratio(size_t input, size_t output, bool align) {
    return align ? (float)(input - 1) / (float)(output - 1) : (float)input / (float)output;
}

arete_resize_place arete_resize_float_place(arete_resize_alignment alignment, size_t at, size_t input, size_t output) {
    const float scale = ratio(input, output, alignment == ARETE_RESIZE_ALIGN_CORNERS && output > 1);
    const float position = alignment == ARETE_RESIZE_HALF_PIXEL ? ((float)at + 0.5f) * scale - 0.5f : (float)at * scale;
    arete_resize_place place = {bounded((int64_t)floorf(position), input), bounded((int64_t)ceilf(position), input), 0};
    const float far = position - (float)place.first;
    memcpy(&place.weight, &far, sizeof far);
    return place;
}

static coordinate float_coordinate(const arete_quantized_resize *r, size_t at, size_t input, size_t output) {
    const arete_resize_place place = arete_resize_float_place(r->alignment, at, input, output);
    coordinate c = {.first = place.first, .second = place.second};
    memcpy(&c.far, &place.weight, sizeof c.far);
    c.near = 1 - c.far;
    return c;
}

arete_resize_place arete_resize_place_at(arete_resize_alignment alignment, size_t at, size_t input, size_t output) {
    const float scale = ratio(input, output, alignment == ARETE_RESIZE_ALIGN_CORNERS && output > 1);
    float position = (float)at * scale;
    if (alignment == ARETE_RESIZE_HALF_PIXEL) {
        position += 0.5f * scale - 0.5f;
        position = position > 0 ? position : 0;
    }
    const float last = (float)(input - 1);
    position = position < last ? position : last;
    const size_t first = (size_t)position;
    return (arete_resize_place){first, bounded((int64_t)first + 1, input),
                                (int32_t)rintf((position - (float)first) * 2048.0f)};
}

static coordinate fast_coordinate(const arete_quantized_resize *r, size_t at, size_t input, size_t output) {
    const arete_resize_place place = arete_resize_place_at(r->alignment, at, input, output);
    return (coordinate){.first = place.first, .second = place.second, .weight = place.weight};
}

static coordinate locate(const arete_quantized_resize *r, size_t at, size_t input, size_t output) {
    return r->arithmetic == ARETE_RESIZE_FIXED   ? fixed_coordinate(r, at, input, output)
           : r->arithmetic == ARETE_RESIZE_FLOAT ? float_coordinate(r, at, input, output)
                                                 : fast_coordinate(r, at, input, output);
}

static inline int32_t mix_fixed(const int32_t v[4], const coordinate *y, const coordinate *x) {
    const int64_t sum = (int64_t)v[0] * (1024 - y->weight) * (1024 - x->weight) +
                        (int64_t)v[2] * y->weight * (1024 - x->weight) +
                        (int64_t)v[1] * (1024 - y->weight) * x->weight + (int64_t)v[3] * y->weight * x->weight;
    return (int32_t)((sum + (sum > 0 ? 1 << 19 : -(1 << 19))) / (1 << 20));
}

static inline int32_t mix_float(const int32_t v[4], const coordinate *y, const coordinate *x) {
    const float sum = (float)v[0] * y->near * x->near + (float)v[2] * y->far * x->near +
                      (float)v[1] * y->near * x->far + (float)v[3] * y->far * x->far;
    return (int32_t)(sum + 0.5f);
}

static inline int32_t mix_fast(const int32_t v[4], const coordinate *y, const coordinate *x) {
    const int32_t top = v[0] * 2048 + (v[1] - v[0]) * x->weight, bottom = v[2] * 2048 + (v[3] - v[2]) * x->weight;
    return (int32_t)((top * INT64_C(2048) + (bottom - top) * (int64_t)y->weight + (1 << 21)) >> 22);
}

#define DEFINE_PIXEL(TAG, TYPE, MIX)                                                                                   \
    static void pixel_##TAG(const void *const rows[2], const coordinate *y, const coordinate *x, size_t channels,      \
                            void *output) {                                                                            \
        const TYPE *top = rows[0], *bottom = rows[1];                                                                  \
        TYPE *restrict target = output;                                                                                \
        for (size_t c = 0; c < channels; c++) {                                                                        \
            const int32_t v[4] = {top[x->first * channels + c], top[x->second * channels + c],                         \
                                  bottom[x->first * channels + c], bottom[x->second * channels + c]};                  \
            target[c] = (TYPE)MIX(v, y, x);                                                                            \
        }                                                                                                              \
    }

DEFINE_PIXEL(s8_fixed, int8_t, mix_fixed)
DEFINE_PIXEL(u8_fixed, uint8_t, mix_fixed)
DEFINE_PIXEL(s16_fixed, int16_t, mix_fixed)
DEFINE_PIXEL(s8_float, int8_t, mix_float)
DEFINE_PIXEL(u8_float, uint8_t, mix_float)
DEFINE_PIXEL(s16_float, int16_t, mix_float)
DEFINE_PIXEL(s8_fast, int8_t, mix_fast)
DEFINE_PIXEL(u8_fast, uint8_t, mix_fast)
DEFINE_PIXEL(s16_fast, int16_t, mix_fast)

typedef void (*pixel_function)(const void *const rows[2], const coordinate *y, const coordinate *x, size_t channels,
                               void *output);

static pixel_function pixel_of(const arete_quantized_resize *r) {
    static const pixel_function functions[3][3] = {{pixel_s8_fixed, pixel_u8_fixed, pixel_s16_fixed},
                                                   {pixel_s8_float, pixel_u8_float, pixel_s16_float},
                                                   {pixel_s8_fast, pixel_u8_fast, pixel_s16_fast}};
    return functions[r->arithmetic][r->type == ARETE_INT8 ? 0 : r->type == ARETE_UINT8 ? 1 : 2];
}

size_t arete_quantized_resize_scratch(const arete_quantized_resize *r) {
    const size_t places = (r->output_width * sizeof(arete_resize_place) + 63) / 64 * 64;
    // Two rows where weights are floats: their products with them are rounded.
    const size_t rows = r->arithmetic == ARETE_RESIZE_FLOAT ? 2 : 1;
    return places + rows * (r->input_width * r->channels + 64) * sizeof(int32_t);
}

void arete_quantized_resize_row(const arete_quantized_resize *r, const void *input, size_t row, void *output) {
    const size_t size = r->type == ARETE_INT16 ? 2 : 1;
    const size_t line = r->input_width * r->channels * size;
    const pixel_function pixel = pixel_of(r);
    const coordinate y = locate(r, row % r->output_height, r->input_height, r->output_height);
    const uint8_t *image = (const uint8_t *)input + row / r->output_height * r->input_height * line;
    const void *const rows[2] = {image + y.first * line, image + y.second * line};
    for (size_t at = 0; at < r->output_width; at++) {
        const coordinate x = locate(r, at, r->input_width, r->output_width);
        pixel(rows, &y, &x, r->channels, (uint8_t *)output + at * r->channels * size);
    }
}

void arete_quantized_resize_bilinear(const arete_quantized_resize *r, const void *input, void *output, size_t begin,
                                     size_t end, void *scratch) {
    (void)scratch;
    const size_t line = r->output_width * r->channels * (r->type == ARETE_INT16 ? 2 : 1);
    for (size_t row = begin; row < end; row++) {
        arete_quantized_resize_row(r, input, row, (uint8_t *)output + row * line);
    }
}

size_t arete_nearest_position(size_t output_position, size_t input_size, size_t output_size, bool align_corners,
                              bool half_pixel) {
    const float scale = ratio(input_size, output_size, align_corners && output_size > 1);
    const float position = ((float)output_position + (half_pixel ? 0.5f : 0.0f)) * scale;
    return bounded((int64_t)(align_corners ? roundf(position) : floorf(position)), input_size);
}
