// Pools on vectors: the bits of the portable kernels. Signed bytes are handled as unsigned ones, 128 higher.
#pragma once
#include "../../patch.h"
#include "arete_quantized_pool.h"
#include "word_average.h"
#include <string.h>

typedef struct {
    const arete_window *window;
    arete_patch patch;
    const uint8_t *first; // the first channel of the first tap
    size_t count;         // channels of the block
    bool whole;           // all bytes of a vector may be read at every tap
    bytes flip;
} pool_block;

LANES_INLINE bytes pool_tap(const pool_block *b, size_t y, size_t x) {
    const uint8_t *tap = b->first + (y * b->window->input_width + x) * b->window->input_channels;
    return (b->whole ? bytes_load(tap) : bytes_load_some(tap, b->count)) ^ b->flip;
}

LANES_INLINE bytes pool_maximum(const pool_block *b) {
    bytes most = bytes_of(0);
    for (size_t y = 0; y < b->patch.bottom - b->patch.top; y++) {
        for (size_t x = 0; x < b->patch.right - b->patch.left; x++) {
            most = bytes_maximum(most, pool_tap(b, y, x));
        }
    }
    return most;
}

/// Averages of a block, rounded to nearest, ties away from zero: of the values less `zero` each.
LANES_INLINE bytes pool_average(const pool_block *b, int32_t zero) {
    const ints none = ints_of(0);
    ints words[2] = {none, none}, sums[4] = {none, none, none, none};
    const size_t rows = b->patch.bottom - b->patch.top, columns = b->patch.right - b->patch.left;
    const int32_t count = (int32_t)(rows * columns);
    size_t taps = 0;
    for (size_t y = 0; y < rows; y++) {
        for (size_t x = 0; x < columns; x++) {
            ints tap[2];
            bytes_as_words(pool_tap(b, y, x), tap);
            words[0] = words_sum(words[0], tap[0]);
            words[1] = words_sum(words[1], tap[1]);
            // A word holds the sum of 257 bytes.
            if (++taps == 256 || (y == rows - 1 && x == columns - 1)) {
                for (size_t half = 0; half < 2; half++) {
                    ints wide[2];
                    words_paired(words[half], none, wide);
                    sums[2 * half] += wide[0];
                    sums[2 * half + 1] += wide[1];
                    words[half] = none;
                }
                taps = 0;
            }
        }
    }
    const floats divisor = floats_of((float)count);
    for (size_t i = 0; i < 4; i++) {
        const ints sum = sums[i] - ints_of(count * zero);
        const ints magnitude = ints_magnitude(sum) + ints_of(count / 2);
        const ints quotient = floats_truncated(floats_from(magnitude) / divisor);
        sums[i] = ints_signed(quotient, sum) + ints_of(zero);
    }
    return words_packed(ints_packed(sums[0], sums[1]), ints_packed(sums[2], sums[3]), 0);
}

/// Quotients are exact up to this many taps: a sum and the gap between quotients fit single precision.
enum { POOL_MOST_TAPS = 1 << 14 };

LANES_INLINE void pool_pixels(const arete_quantized_pool *pool, const uint8_t *input, uint8_t *output, size_t begin,
                              size_t end, const bool average) {
    const arete_window *w = &pool->window;
    const size_t channels = w->output_channels;
    const size_t size = w->batch * w->input_height * w->input_width * channels;
    const uint8_t sign = pool->type == ARETE_INT8 ? 0x80 : 0;
    const bytes flip = bytes_of(sign);
    const bytes least = bytes_of((uint8_t)(pool->minimum + sign)), most = bytes_of((uint8_t)(pool->maximum + sign));
    arete_patch patch = arete_patch_at(w, begin);
    size_t column = begin % w->output_width;
    for (size_t pixel = begin; pixel < end; pixel++, column++) {
        if (column == w->output_width) {
            patch = arete_patch_at(w, pixel);
            column = 0;
        }
        arete_cover((ptrdiff_t)(column * w->stride_width) - w->pad_left, w->kernel_width, w->input_width, &patch.left,
                    &patch.right);
        uint8_t *target = output + pixel * channels;
        if (patch.top >= patch.bottom || patch.left >= patch.right) {
            memset(target, (uint8_t)pool->minimum, channels);
            continue;
        }
        const size_t first = ((patch.batch * w->input_height + patch.top) * w->input_width + patch.left) * channels;
        const size_t last =
            ((patch.batch * w->input_height + patch.bottom - 1) * w->input_width + patch.right - 1) * channels;
        for (size_t c = 0; c < channels; c += LANE_BYTES) {
            // The last block overlaps the one before, where there is one.
            const size_t from = c + LANE_BYTES > channels && channels >= LANE_BYTES ? channels - LANE_BYTES : c;
            const size_t count = channels - from < LANE_BYTES ? channels - from : LANE_BYTES;
            const bool whole = last + from + LANE_BYTES <= size;
            const pool_block block = {w, patch, input + first + from, count, whole, flip};
            const bytes result =
                bytes_clamped(average ? pool_average(&block, sign) : pool_maximum(&block), least, most, 0) ^ flip;
            // What is stored behind a pixel is overwritten by those that follow.
            if (pixel * channels + from + LANE_BYTES <= end * channels && channels < LANE_BYTES) {
                bytes_store(target + from, result);
            } else {
                bytes_store_some(target + from, result, count);
            }
        }
    }
}

/// Bytes of input columns whose maxima over the rows of a window are kept at a time.
enum { POOL_KEPT_BYTES = 8192 };

/// Output columns whose windows fit those bytes; 0 where not even one does.
LANES_INLINE size_t pool_kept_columns(const arete_window *w, size_t pixel_bytes) {
    const size_t columns = pixel_bytes != 0 ? POOL_KEPT_BYTES / pixel_bytes : 0;
    return columns < w->kernel_width ? 0 : (columns - w->kernel_width) / w->stride_width + 1;
}

/// What maxima are taken of: bytes, made unsigned by `flip`, or signed words.
typedef struct {
    int is_word;
    size_t pixel_bytes;
    bytes flip, none, least, most; // none: what every number is at least
    int16_t outside;               // the result of a window without numbers
} pool_numbers;

LANES_INLINE pool_numbers pool_numbers_of(const arete_quantized_pool *pool, const int is_word) {
    const uint8_t sign = pool->type == ARETE_INT8 ? 0x80 : 0;
    pool_numbers n = {.is_word = is_word, .pixel_bytes = pool->window.output_channels << is_word};
    n.flip = bytes_of(sign);
    n.none = is_word ? (bytes)words_of(INT16_MIN) : bytes_of(0);
    n.least = is_word ? (bytes)words_of((int16_t)pool->minimum) : bytes_of((uint8_t)(pool->minimum + sign));
    n.most = is_word ? (bytes)words_of((int16_t)pool->maximum) : bytes_of((uint8_t)(pool->maximum + sign));
    n.outside = (int16_t)pool->minimum;
    return n;
}

LANES_INLINE bytes pool_greater(bytes a, bytes b, const pool_numbers *n) {
    return n->is_word ? words_maximum(a, b) : bytes_maximum(a, b);
}

LANES_INLINE bytes pool_clamped(bytes x, const pool_numbers *n) {
    return n->is_word ? words_minimum(words_maximum(x, n->least), n->most) : bytes_clamped(x, n->least, n->most, 0);
}

LANES_INLINE void pool_fill(uint8_t *target, size_t size, const pool_numbers *n) {
    for (size_t i = 0; i < size; i += 1 + (size_t)n->is_word) {
        memcpy(target + i, &n->outside, 1 + (size_t)n->is_word);
    }
}

/// Maxima of the columns `patch.left` to `patch.right` over the rows of the patch.
LANES_INLINE void pool_keep_columns(const arete_window *w, const uint8_t *input, const arete_patch *patch,
                                    const pool_numbers *n, uint8_t *kept) {
    const size_t line = w->input_width * n->pixel_bytes, size = w->batch * w->input_height * line;
    const size_t first = (patch->batch * w->input_height + patch->top) * line + patch->left * n->pixel_bytes;
    const size_t count = (patch->right - patch->left) * n->pixel_bytes, rows = patch->bottom - patch->top;
    for (size_t at = 0; at < count; at += LANE_BYTES) {
        const bool whole = first + (rows - 1) * line + at + LANE_BYTES <= size;
        bytes most = n->none;
        for (size_t y = 0; y < rows; y++) {
            const uint8_t *from = input + first + y * line + at;
            most = pool_greater(most, (whole ? bytes_load(from) : bytes_load_some(from, count - at)) ^ n->flip, n);
        }
        bytes_store(kept + at, most);
    }
}

/// Maxima of `count` windows that lie inside the row whose maxima over rows are in `kept`, from the first window's
/// first column: of all columns, many to a vector, then those that the stride wants.
LANES_INLINE void pool_narrow_maxima(const arete_window *w, const uint8_t *kept, size_t count, const pool_numbers *n,
                                     uint8_t *output) {
    const size_t pixel_bytes = n->pixel_bytes, step = w->stride_width * pixel_bytes;
    const size_t all = (count - 1) * step + pixel_bytes, total = count * pixel_bytes;
    uint8_t maxima[POOL_KEPT_BYTES + 2 * LANE_BYTES];
    for (size_t at = 0; at < all; at += LANE_BYTES) {
        bytes result = bytes_load(kept + at);
        for (size_t i = 1; i < w->kernel_width; i++) {
            result = pool_greater(result, bytes_load(kept + at + i * pixel_bytes), n);
        }
        bytes_store(maxima + at, pool_clamped(result, n) ^ n->flip);
    }
    for (size_t x = 0; x < count; x++) {
        // What is stored behind a pixel is overwritten by those that follow.
        if (x * pixel_bytes + LANE_BYTES <= total) {
            bytes_store(output + x * pixel_bytes, bytes_load(maxima + x * step));
        } else {
            memcpy(output + x * pixel_bytes, maxima + x * step, pixel_bytes);
        }
    }
}

/// Maxima of `count` output columns of one row from `column`: first over the rows of all their windows, then over the
/// columns of each.
LANES_INLINE void pool_maxima(const arete_quantized_pool *pool, const uint8_t *input, arete_patch patch, size_t column,
                              size_t count, const pool_numbers *n, uint8_t *output) {
    const arete_window *w = &pool->window;
    const size_t pixel_bytes = n->pixel_bytes;
    uint8_t kept[POOL_KEPT_BYTES + LANE_BYTES];
    const ptrdiff_t begin = (ptrdiff_t)(column * w->stride_width) - w->pad_left;
    arete_cover(begin, (count - 1) * w->stride_width + w->kernel_width, w->input_width, &patch.left, &patch.right);
    const size_t origin = patch.left;
    if (patch.left < patch.right) {
        pool_keep_columns(w, input, &patch, n, kept);
    }
    for (size_t x = 0; x < count; x++) {
        uint8_t *target = output + x * pixel_bytes;
        arete_cover(begin + (ptrdiff_t)(x * w->stride_width), w->kernel_width, w->input_width, &patch.left,
                    &patch.right);
        if (pixel_bytes < LANE_BYTES && patch.left < patch.right && patch.right - patch.left == w->kernel_width) {
            const size_t room = (w->input_width - patch.right) / w->stride_width + 1;
            const size_t inside = room < count - x ? room : count - x;
            pool_narrow_maxima(w, kept + (patch.left - origin) * pixel_bytes, inside, n, target);
            x += inside - 1;
            continue;
        }
        if (patch.left >= patch.right) {
            pool_fill(target, pixel_bytes, n);
            continue;
        }
        for (size_t c = 0; c < pixel_bytes; c += LANE_BYTES) {
            const uint8_t *from = kept + (patch.left - origin) * pixel_bytes + c;
            bytes result = bytes_load(from);
            for (size_t i = 1; i < patch.right - patch.left; i++) {
                from += pixel_bytes;
                result = pool_greater(result, bytes_load(from), n);
            }
            result = pool_clamped(result, n) ^ n->flip;
            // What is stored behind a pixel is overwritten by those that follow.
            if (x * pixel_bytes + c + LANE_BYTES <= count * pixel_bytes) {
                bytes_store(target + c, result);
            } else {
                bytes_store_some(target + c, result, pixel_bytes - c);
            }
        }
    }
}

LANES_INLINE void pool_max_rows(const arete_quantized_pool *pool, const uint8_t *input, uint8_t *output, size_t begin,
                                size_t end, const int is_word) {
    const arete_window *w = &pool->window;
    const pool_numbers n = pool_numbers_of(pool, is_word);
    const size_t most = pool_kept_columns(w, n.pixel_bytes);
    for (size_t pixel = begin, count; pixel < end; pixel += count) {
        const size_t column = pixel % w->output_width;
        count = w->output_width - column < end - pixel ? w->output_width - column : end - pixel;
        count = count < most ? count : most;
        const arete_patch patch = arete_patch_at(w, pixel);
        uint8_t *target = output + pixel * n.pixel_bytes;
        if (patch.top >= patch.bottom) {
            pool_fill(target, count * n.pixel_bytes, &n);
        } else {
            pool_maxima(pool, input, patch, column, count, &n, target);
        }
    }
}

#define QUANTIZED_POOL(name, portable, average)                                                                        \
    static void name(const arete_quantized_pool *pool, const void *input, void *output, size_t begin, size_t end) {    \
        const arete_window *w = &pool->window;                                                                         \
        const int is_word = pool->type == ARETE_INT16;                                                                 \
        const size_t height = w->kernel_height < w->input_height ? w->kernel_height : w->input_height;                 \
        const size_t width = w->kernel_width < w->input_width ? w->kernel_width : w->input_width;                      \
        const bool is_kept = !average && pool_kept_columns(w, w->output_channels << is_word) != 0;                     \
        if (average && is_word && word_average_takes(w)) {                                                             \
            word_average_pixels(pool, input, output, begin, end);                                                      \
        } else if ((is_word && !is_kept) ||                                                                            \
                   (average && (height > POOL_MOST_TAPS || height * width > POOL_MOST_TAPS))) {                        \
            portable(pool, input, output, begin, end);                                                                 \
        } else if (is_kept && is_word) {                                                                               \
            pool_max_rows(pool, input, output, begin, end, 1);                                                         \
        } else if (is_kept) {                                                                                          \
            pool_max_rows(pool, input, output, begin, end, 0);                                                         \
        } else {                                                                                                       \
            pool_pixels(pool, input, output, begin, end, average);                                                     \
        }                                                                                                              \
    }
