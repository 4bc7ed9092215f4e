// Maximum, average and Lp pools over stencils.
#include "arete_stencil_pool.h"
#include "elements.h"
#include "pool_unit.h"
#include <math.h>

#pragma clang diagnostic ignored "-Wpass-failed"

size_t arete_pool_nd_units(const arete_pool_nd_plan *plan) {
    return plan->batch * arete_area(plan->stencil.output) * (plan->channels_last ? 1 : plan->channels);
}

/// The flat index of a maximum, counted with the first or the last spatial
/// dimension varying fastest.
static int64_t flat_index(const arete_pool_nd_plan *plan, size_t base, size_t place) {
    const size_t *const extent = plan->stencil.input;
    if (!plan->column_major) return (int64_t)(base + place);
    const size_t w = place % extent[2], h = place / extent[2] % extent[1], d = place / extent[2] / extent[1];
    return (int64_t)(base + d + extent[0] * (h + extent[1] * w));
}

// Runs BODY for every tap of a run of outputs of one row: outputs first ..<
// stop (counted from the run's start) read `line`, at elements (i + start) *
// stride + shift.
#define FOR_ROW_TAPS(...)                                                                                              \
    for (size_t kd = at.taps[0].begin; kd < at.taps[0].end; kd++) {                                                    \
        const size_t depth = (size_t)(at.taps[0].origin + (ptrdiff_t)(kd * s->dilation[0]));                           \
        for (size_t kh = at.taps[1].begin; kh < at.taps[1].end; kh++) {                                                \
            const size_t row = depth * s->input[1] + (size_t)(at.taps[1].origin + (ptrdiff_t)(kh * s->dilation[1]));   \
            for (size_t kw = 0; kw < s->kernel[2]; kw++) {                                                             \
                const arete_tap_range inside = arete_inside_outputs(s, 2, kw);                                         \
                const size_t start = at.output[2], stride = s->stride[2];                                              \
                const size_t first = inside.begin > start ? inside.begin - start : 0;                                  \
                const size_t stop = inside.end < start ? 0 : inside.end - start < n ? inside.end - start : n;          \
                const ptrdiff_t shift = (ptrdiff_t)(row * s->input[2] + start * stride) + inside.origin;               \
                __VA_ARGS__                                                                                            \
            }                                                                                                          \
        }                                                                                                              \
    }

enum { BLOCK = 64 }; // neighbouring results that are computed together

/// Outputs from `unit` on, before `end`, that lie in one row.
static size_t run_length(const arete_pool_nd_plan *plan, const pool_unit *at, size_t left) {
    const size_t room = plan->stencil.output[2] - at->output[2];
    const size_t run = left < room ? left : room;
    return run < BLOCK ? run : BLOCK;
}

#define MAX_POOL(TAG, STORED, COMPUTED, LOAD, SMALLEST)                                                                \
    static void max_places_##TAG(const arete_pool_nd_plan *plan, const STORED *x, STORED *y, size_t begin,             \
                                 size_t end) {                                                                         \
        const arete_stencil *const s = &plan->stencil;                                                                 \
        const size_t channels = plan->channels;                                                                        \
        for (size_t unit = begin; unit < end; unit++) {                                                                \
            const pool_unit at = pool_unit_at(plan, unit);                                                             \
            STORED *const to = y + unit * channels;                                                                    \
            for (size_t c = 0; c < channels; c++) to[c] = SMALLEST;                                                    \
            POOL_TAPS(at, s, {                                                                                         \
                const STORED *const from = x + at.base + place * channels;                                             \
                ARETE_ELEMENTWISE for (size_t c = 0; c < channels; c++) {                                              \
                    const COMPUTED v = LOAD(from[c]), best = LOAD(to[c]);                                              \
                    to[c] = v > best || v != v ? from[c] : to[c];                                                      \
                }                                                                                                      \
            })                                                                                                         \
        }                                                                                                              \
    }                                                                                                                  \
    static void max_indices_##TAG(const arete_pool_nd_plan *plan, const STORED *x, STORED *y, int64_t *indices,        \
                                  size_t begin, size_t end) {                                                          \
        const arete_stencil *const s = &plan->stencil;                                                                 \
        for (size_t unit = begin; unit < end; unit++) {                                                                \
            const pool_unit at = pool_unit_at(plan, unit);                                                             \
            const STORED *const from = x + at.base;                                                                    \
            STORED result = SMALLEST;                                                                                  \
            int64_t index = -1;                                                                                        \
            POOL_TAPS(at, s, {                                                                                         \
                const COMPUTED v = LOAD(from[place]), best = LOAD(result);                                             \
                if (v > best || v != v || index < 0) {                                                                 \
                    result = from[place];                                                                              \
                    index = (int64_t)place;                                                                            \
                }                                                                                                      \
            })                                                                                                         \
            y[unit] = result;                                                                                          \
            indices[unit] = index < 0 ? -1 : flat_index(plan, at.base, (size_t)index);                                 \
        }                                                                                                              \
    }                                                                                                                  \
    static void max_rows_##TAG(const arete_pool_nd_plan *plan, const STORED *x, STORED *y, size_t begin, size_t end) { \
        const arete_stencil *const s = &plan->stencil;                                                                 \
        for (size_t unit = begin, n; unit < end; unit += n) {                                                          \
            const pool_unit at = pool_unit_at(plan, unit);                                                             \
            n = run_length(plan, &at, end - unit);                                                                     \
            STORED best[BLOCK];                                                                                        \
            for (size_t i = 0; i < n; i++) best[i] = SMALLEST;                                                         \
            FOR_ROW_TAPS({                                                                                             \
                const STORED *const from = x + (ptrdiff_t)at.base + shift;                                             \
                for (size_t i = first; i < stop; i++) {                                                                \
                    const STORED element = from[i * stride];                                                           \
                    const COMPUTED v = LOAD(element), u = LOAD(best[i]);                                               \
                    best[i] = v > u || v != v ? element : best[i];                                                     \
                }                                                                                                      \
            })                                                                                                         \
            memcpy(y + unit, best, n * sizeof *y);                                                                     \
        }                                                                                                              \
    }                                                                                                                  \
    static void max_##TAG(const arete_pool_nd_plan *plan, const void *x, void *y, int64_t *indices, size_t begin,      \
                          size_t end) {                                                                                \
        if (plan->channels_last) {                                                                                     \
            max_places_##TAG(plan, x, y, begin, end);                                                                  \
        } else if (indices != NULL) {                                                                                  \
            max_indices_##TAG(plan, x, y, indices, begin, end);                                                        \
        } else {                                                                                                       \
            max_rows_##TAG(plan, x, y, begin, end);                                                                    \
        }                                                                                                              \
    }
MAX_POOL(f16, uint16_t, float, arete_float_from_half, 0xfc00)
MAX_POOL(bf16, uint16_t, float, arete_float_from_bfloat, 0xff80)
MAX_POOL(f32, float, float, ARETE_SAME, -INFINITY)
MAX_POOL(f64, double, double, ARETE_SAME, -(double)INFINITY)
MAX_POOL(i8, int8_t, int8_t, ARETE_SAME, INT8_MIN)
MAX_POOL(i16, int16_t, int16_t, ARETE_SAME, INT16_MIN)
MAX_POOL(i32, int32_t, int32_t, ARETE_SAME, INT32_MIN)
MAX_POOL(i64, int64_t, int64_t, ARETE_SAME, INT64_MIN)
MAX_POOL(u8, uint8_t, uint8_t, ARETE_SAME, 0)
MAX_POOL(u16, uint16_t, uint16_t, ARETE_SAME, 0)
MAX_POOL(u32, uint32_t, uint32_t, ARETE_SAME, 0)
MAX_POOL(u64, uint64_t, uint64_t, ARETE_SAME, 0)

#define SUM_POOL(NAME, TAG, STORED, COMPUTED, LOAD, STORE, TERM, COUNT, FINISH)                                        \
    static void NAME##_places_##TAG(const arete_pool_nd_plan *plan, const STORED *x, STORED *y, size_t begin,          \
                                    size_t end) {                                                                      \
        const arete_stencil *const s = &plan->stencil;                                                                 \
        const size_t channels = plan->channels;                                                                        \
        const double p = plan->p;                                                                                      \
        (void)p;                                                                                                       \
        for (size_t unit = begin; unit < end; unit++) {                                                                \
            const pool_unit at = pool_unit_at(plan, unit);                                                             \
            const double elements = COUNT;                                                                             \
            (void)elements;                                                                                            \
            for (size_t block = 0; block < channels; block += BLOCK) {                                                 \
                const size_t n = channels - block < BLOCK ? channels - block : BLOCK;                                  \
                double sums[BLOCK] = {0};                                                                              \
                POOL_TAPS(at, s, {                                                                                     \
                    const STORED *const from = x + at.base + place * channels + block;                                 \
                    for (size_t i = 0; i < n; i++) {                                                                   \
                        const double v = (double)LOAD(from[i]);                                                        \
                        sums[i] += TERM;                                                                               \
                    }                                                                                                  \
                })                                                                                                     \
                STORED *const to = y + unit * channels + block;                                                        \
                for (size_t i = 0; i < n; i++) to[i] = STORE((COMPUTED)(FINISH));                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void NAME##_rows_##TAG(const arete_pool_nd_plan *plan, const STORED *x, STORED *y, size_t begin,            \
                                  size_t end) {                                                                        \
        const arete_stencil *const s = &plan->stencil;                                                                 \
        const double p = plan->p;                                                                                      \
        (void)p;                                                                                                       \
        for (size_t unit = begin, n; unit < end; unit += n) {                                                          \
            pool_unit at = pool_unit_at(plan, unit);                                                                   \
            n = run_length(plan, &at, end - unit);                                                                     \
            double sums[BLOCK] = {0};                                                                                  \
            FOR_ROW_TAPS({                                                                                             \
                const STORED *const from = x + (ptrdiff_t)at.base + shift;                                             \
                for (size_t i = first; i < stop; i++) {                                                                \
                    const double v = (double)LOAD(from[i * stride]);                                                   \
                    sums[i] += TERM;                                                                                   \
                }                                                                                                      \
            })                                                                                                         \
            for (size_t i = 0; i < n; i++) {                                                                           \
                at.taps[2] = arete_inside_taps(s, 2, at.output[2] + i);                                                \
                const double elements = COUNT;                                                                         \
                (void)elements;                                                                                        \
                y[unit + i] = STORE((COMPUTED)(FINISH));                                                               \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void NAME##_##TAG(const arete_pool_nd_plan *plan, const void *x, void *y, int64_t *indices, size_t begin,   \
                             size_t end) {                                                                             \
        (void)indices;                                                                                                 \
        if (plan->channels_last) {                                                                                     \
            NAME##_places_##TAG(plan, x, y, begin, end);                                                               \
        } else {                                                                                                       \
            NAME##_rows_##TAG(plan, x, y, begin, end);                                                                 \
        }                                                                                                              \
    }
#define SUM_POOLS(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                       \
    SUM_POOL(average, TAG, STORED, COMPUTED, LOAD, STORE, v, pool_unit_divisor(plan, &at, false), sums[i] / elements)  \
    SUM_POOL(average_all, TAG, STORED, COMPUTED, LOAD, STORE, v, pool_unit_divisor(plan, &at, true),                   \
             sums[i] / elements)                                                                                       \
    SUM_POOL(lp, TAG, STORED, COMPUTED, LOAD, STORE,                                                                   \
             (p == 2   ? v * v                                                                                         \
              : p == 1 ? fabs(v)                                                                                       \
                       : pow(fabs(v), p)),                                                                             \
             1,                                                                                                        \
             (p == 2   ? sqrt(sums[i])                                                                                 \
              : p == 1 ? sums[i]                                                                                       \
                       : pow(sums[i], 1 / p)))
ARETE_FOR_FLOATS(SUM_POOLS, )

#define MAX_ENTRY(TAG, TYPE, ...) [ARETE_POOL_MAX][TYPE] = max_##TAG,
#define SUM_ENTRIES(TAG, TYPE, ...)                                                                                    \
    [ARETE_POOL_AVERAGE][TYPE] = average_##TAG, [ARETE_POOL_AVERAGE_ALL][TYPE] = average_all_##TAG,                    \
    [ARETE_POOL_LP][TYPE] = lp_##TAG,
static const arete_pool_nd_function functions[ARETE_POOL_COUNT][ARETE_ELEMENT_TYPES] = {
    ARETE_FOR_NUMBERS(MAX_ENTRY, ) ARETE_FOR_FLOATS(SUM_ENTRIES, )};

arete_pool_nd_function arete_pool_nd(arete_pool_kind kind, arete_element_type type) {
    if ((unsigned)kind >= ARETE_POOL_COUNT || !arete_is_element_type(type)) return NULL;
    return functions[kind][type];
}

bool arete_max_unpool(size_t element_size, const void *x, const int64_t *indices, size_t n, void *y, size_t y_count) {
    bool valid = true;
    for (size_t i = 0; i < n; i++) {
        if (indices[i] < 0 || (uint64_t)indices[i] >= y_count) {
            valid = false;
            continue;
        }
        memcpy((char *)y + (size_t)indices[i] * element_size, (const char *)x + i * element_size, element_size);
    }
    return valid;
}
