// Average pools of words: the bits of the portable kernel.
#pragma once
#include "../../patch.h"
#include "arete_quantized_pool.h"

/// Up to this many taps quotients are exact: a sum fits single precision, and so does the gap between quotients.
enum { WORD_AVERAGE_MOST_TAPS = 1 << 9 };

static inline bool word_average_takes(const arete_window *w) {
    const size_t height = w->kernel_height < w->input_height ? w->kernel_height : w->input_height;
    const size_t width = w->kernel_width < w->input_width ? w->kernel_width : w->input_width;
    return height <= WORD_AVERAGE_MOST_TAPS && height * width <= WORD_AVERAGE_MOST_TAPS;
}

/// Averages of up to a vector of channels over the patch, from the first channel of its first tap.
LANES_INLINE bytes word_average(const arete_quantized_pool *pool, const arete_patch *patch, const int16_t *first,
                                size_t count) {
    const arete_window *w = &pool->window;
    const size_t rows = patch->bottom - patch->top, columns = patch->right - patch->left;
    const floats divisor = floats_of((float)(rows * columns));
    const ints half = ints_of((int32_t)(rows * columns / 2));
    ints sums[2] = {ints_of(0), ints_of(0)}, wide[2];
    for (size_t y = 0; y < rows; y++) {
        for (size_t x = 0; x < columns; x++) {
            const int16_t *tap = first + (y * w->input_width + x) * w->input_channels;
            const ints words = (ints)bytes_load_some(tap, 2 * count);
            words_paired(words, words, wide);
            sums[0] += ints_shifted_down(wide[0], 16);
            sums[1] += ints_shifted_down(wide[1], 16);
        }
    }
    for (int i = 0; i < 2; i++) {
        const ints quotient = floats_truncated(floats_from(ints_magnitude(sums[i]) + half) / divisor);
        sums[i] = ints_signed(quotient, sums[i]);
    }
    const bytes packed = (bytes)ints_packed(sums[0], sums[1]);
    return words_minimum(words_maximum(packed, (bytes)words_of((int16_t)pool->minimum)),
                         (bytes)words_of((int16_t)pool->maximum));
}

LANES_INLINE void word_average_pixels(const arete_quantized_pool *pool, const int16_t *input, int16_t *output,
                                      size_t begin, size_t end) {
    const arete_window *w = &pool->window;
    const size_t channels = w->output_channels;
    for (size_t pixel = begin; pixel < end; pixel++) {
        const arete_patch patch = arete_patch_at(w, pixel);
        int16_t *target = output + pixel * channels;
        if (patch.top >= patch.bottom || patch.left >= patch.right) {
            for (size_t c = 0; c < channels; c++) target[c] = (int16_t)pool->minimum;
            continue;
        }
        const int16_t *first =
            input + ((patch.batch * w->input_height + patch.top) * w->input_width + patch.left) * channels;
        for (size_t c = 0; c < channels; c += LANE_BYTES / 2) {
            const size_t count = channels - c;
            const bytes averages = word_average(pool, &patch, first + c, count);
            bytes_store_some(target + c, averages, 2 * count);
        }
    }
}
