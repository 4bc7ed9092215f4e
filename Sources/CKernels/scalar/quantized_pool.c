// Average and maximum pools: blocks of channels over the part of the window that lies in the image.
#include "../patch.h"
#include "arete_quantized_pool.h"

enum { BLOCK = 64 };

static inline int32_t clamped(const arete_quantized_pool *pool, int32_t x) {
    return x < pool->minimum ? pool->minimum : x > pool->maximum ? pool->maximum : x;
}

static inline int32_t average(int32_t sum, int32_t count) {
    return sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
}

#define DEFINE_POOLS(TAG, TYPE, LEAST)                                                                                 \
    static void sum_##TAG(const arete_window *w, const arete_patch *p, const TYPE *restrict input, size_t channel,     \
                          size_t n, int32_t *restrict sums) {                                                          \
        for (size_t y = p->top; y < p->bottom; y++) {                                                                  \
            for (size_t x = p->left; x < p->right; x++) {                                                              \
                const TYPE *restrict row =                                                                             \
                    input + ((p->batch * w->input_height + y) * w->input_width + x) * w->input_channels + channel;     \
                for (size_t i = 0; i < n; i++) sums[i] += row[i];                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void peak_##TAG(const arete_window *w, const arete_patch *p, const TYPE *restrict input, size_t channel,    \
                           size_t n, TYPE *restrict peaks) {                                                           \
        for (size_t y = p->top; y < p->bottom; y++) {                                                                  \
            for (size_t x = p->left; x < p->right; x++) {                                                              \
                const TYPE *restrict row =                                                                             \
                    input + ((p->batch * w->input_height + y) * w->input_width + x) * w->input_channels + channel;     \
                for (size_t i = 0; i < n; i++) peaks[i] = row[i] > peaks[i] ? row[i] : peaks[i];                       \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void average_##TAG(const arete_quantized_pool *pool, const arete_patch *p, const void *input,               \
                              size_t channel, size_t n, void *output) {                                                \
        int32_t sums[BLOCK] = {0};                                                                                     \
        const int32_t count = (int32_t)((p->bottom - p->top) * (p->right - p->left));                                  \
        sum_##TAG(&pool->window, p, input, channel, n, sums);                                                          \
        for (size_t i = 0; i < n; i++) {                                                                               \
            ((TYPE *)output)[i] = (TYPE)clamped(pool, average(sums[i], count));                                        \
        }                                                                                                              \
    }                                                                                                                  \
    static void max_##TAG(const arete_quantized_pool *pool, const arete_patch *p, const void *input, size_t channel,   \
                          size_t n, void *output) {                                                                    \
        TYPE peaks[BLOCK];                                                                                             \
        for (size_t i = 0; i < n; i++) peaks[i] = LEAST;                                                               \
        peak_##TAG(&pool->window, p, input, channel, n, peaks);                                                        \
        for (size_t i = 0; i < n; i++) ((TYPE *)output)[i] = (TYPE)clamped(pool, peaks[i]);                            \
    }

DEFINE_POOLS(s8, int8_t, INT8_MIN)
DEFINE_POOLS(u8, uint8_t, 0)
DEFINE_POOLS(s16, int16_t, INT16_MIN)

typedef void (*pool_function)(const arete_quantized_pool *pool, const arete_patch *p, const void *input, size_t channel,
                              size_t n, void *output);

static void fill_minimum(const arete_quantized_pool *pool, void *output, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (pool->type == ARETE_INT16) {
            ((int16_t *)output)[i] = (int16_t)pool->minimum;
        } else {
            ((uint8_t *)output)[i] = (uint8_t)pool->minimum;
        }
    }
}

static void run(const arete_quantized_pool *pool, pool_function function, const void *input, uint8_t *output,
                size_t begin, size_t end) {
    const size_t channels = pool->window.output_channels, size = pool->type == ARETE_INT16 ? 2 : 1;
    for (size_t pixel = begin; pixel < end; pixel++) {
        const arete_patch p = arete_patch_at(&pool->window, pixel);
        uint8_t *target = output + pixel * channels * size;
        if (p.top >= p.bottom || p.left >= p.right) {
            fill_minimum(pool, target, channels);
            continue;
        }
        for (size_t c = 0; c < channels; c += BLOCK) {
            function(pool, &p, input, c, channels - c < BLOCK ? channels - c : BLOCK, target + c * size);
        }
    }
}

void arete_quantized_average_pool(const arete_quantized_pool *pool, const void *input, void *output, size_t begin,
                                  size_t end) {
    run(pool,
        pool->type == ARETE_INT8    ? average_s8
        : pool->type == ARETE_UINT8 ? average_u8
                                    : average_s16,
        input, output, begin, end);
}

void arete_quantized_max_pool(const arete_quantized_pool *pool, const void *input, void *output, size_t begin,
                              size_t end) {
    run(pool,
        pool->type == ARETE_INT8    ? max_s8
        : pool->type == ARETE_UINT8 ? max_u8
                                    : max_s16,
        input, output, begin, end);
}
