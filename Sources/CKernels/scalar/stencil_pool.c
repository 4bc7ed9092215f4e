// Maximum, average and Lp pools over stencils.
#include "arete_stencil_pool.h"
#include "elements.h"
#include "stencil_walk.h"
#include <math.h>

#pragma clang diagnostic ignored "-Wpass-failed"

size_t arete_pool_nd_units(const arete_pool_nd_plan *plan) {
    return plan->batch * arete_area(plan->stencil.output) * (plan->channels_last ? 1 : plan->channels);
}

/// One unit's place: the start of its input plane or image, and the taps inside it.
typedef struct {
    size_t base; // elements from the start of x
    arete_tap_range taps[3];
    size_t output[3];
} pool_unit;

static pool_unit unit_at(const arete_pool_nd_plan *plan, size_t unit) {
    const arete_stencil *const s = &plan->stencil;
    pool_unit at;
    for (size_t d = 3; d-- > 0;) {
        at.output[d] = unit % s->output[d];
        unit /= s->output[d];
        at.taps[d] = arete_inside_taps(s, d, at.output[d]);
    }
    at.base = unit * arete_area(s->input) * (plan->channels_last ? plan->channels : 1);
    return at;
}

/// Elements that an average divides by.
static double divisor(const arete_pool_nd_plan *plan, const pool_unit *at, bool all) {
    double count = 1;
    for (size_t d = 0; d < 3; d++) {
        size_t taps = at->taps[d].end - at->taps[d].begin;
        if (all) { // taps before the end of the padding behind the input
            const arete_stencil *const s = &plan->stencil;
            const ptrdiff_t room = (ptrdiff_t)s->input[d] + s->after[d] - at->taps[d].origin;
            const ptrdiff_t dilation = (ptrdiff_t)s->dilation[d];
            const ptrdiff_t fitting = room <= 0 ? 0 : (room + dilation - 1) / dilation;
            taps = (size_t)fitting < s->kernel[d] ? (size_t)fitting : s->kernel[d];
        }
        count *= (double)taps;
    }
    return count;
}

// Runs BODY for every tap inside the input with `place`, its offset from the unit's base in places.
#define FOR_TAPS(...)                                                                                                  \
    for (size_t kd = at.taps[0].begin; kd < at.taps[0].end; kd++) {                                                    \
        const size_t depth = (size_t)(at.taps[0].origin + (ptrdiff_t)(kd * s->dilation[0]));                           \
        for (size_t kh = at.taps[1].begin; kh < at.taps[1].end; kh++) {                                                \
            const size_t row = depth * s->input[1] + (size_t)(at.taps[1].origin + (ptrdiff_t)(kh * s->dilation[1]));   \
            for (size_t kw = at.taps[2].begin; kw < at.taps[2].end; kw++) {                                            \
                const size_t place =                                                                                   \
                    row * s->input[2] + (size_t)(at.taps[2].origin + (ptrdiff_t)(kw * s->dilation[2]));                \
                __VA_ARGS__                                                                                            \
            }                                                                                                          \
        }                                                                                                              \
    }

/// The flat index of a maximum, counted with the first or the last spatial dimension varying fastest.
static int64_t flat_index(const arete_pool_nd_plan *plan, size_t base, size_t place) {
    const size_t *const extent = plan->stencil.input;
    if (!plan->column_major) return (int64_t)(base + place);
    const size_t w = place % extent[2], h = place / extent[2] % extent[1], d = place / extent[2] / extent[1];
    return (int64_t)(base + d + extent[0] * (h + extent[1] * w));
}

#define MAX_POOL(TAG, STORED, COMPUTED, LOAD, SMALLEST)                                                                \
    static void max_##TAG(const arete_pool_nd_plan *plan, const void *x, void *y, int64_t *indices, size_t begin,      \
                          size_t end) {                                                                                \
        const arete_stencil *const s = &plan->stencil;                                                                 \
        const size_t channels = plan->channels;                                                                        \
        for (size_t unit = begin; unit < end; unit++) {                                                                \
            const pool_unit at = unit_at(plan, unit);                                                                  \
            const STORED *const from = (const STORED *)x + at.base;                                                    \
            if (plan->channels_last) {                                                                                 \
                STORED *const to = (STORED *)y + unit * channels;                                                      \
                for (size_t c = 0; c < channels; c++) to[c] = SMALLEST;                                                \
                FOR_TAPS({                                                                                             \
                    const STORED *const row_of = from + place * channels;                                              \
                    ARETE_ELEMENTWISE for (size_t c = 0; c < channels; c++) {                                          \
                        const COMPUTED v = LOAD(row_of[c]), best = LOAD(to[c]);                                        \
                        to[c] = v > best || v != v ? row_of[c] : to[c];                                                \
                    }                                                                                                  \
                })                                                                                                     \
                continue;                                                                                              \
            }                                                                                                          \
            STORED result = SMALLEST;                                                                                  \
            int64_t index = -1;                                                                                        \
            FOR_TAPS({                                                                                                 \
                const COMPUTED v = LOAD(from[place]), best = LOAD(result);                                             \
                if (v > best || v != v || index < 0) {                                                                 \
                    result = from[place];                                                                              \
                    index = (int64_t)place;                                                                            \
                }                                                                                                      \
            })                                                                                                         \
            ((STORED *)y)[unit] = result;                                                                              \
            if (indices != NULL) indices[unit] = index < 0 ? -1 : flat_index(plan, at.base, (size_t)index);            \
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

enum { BLOCK = 64 }; // channels whose sums are kept together

#define SUM_POOL(NAME, TAG, STORED, COMPUTED, LOAD, STORE, TERM, FINISH)                                               \
    static void NAME##_##TAG(const arete_pool_nd_plan *plan, const void *x, void *y, int64_t *indices, size_t begin,   \
                             size_t end) {                                                                             \
        (void)indices;                                                                                                 \
        const arete_stencil *const s = &plan->stencil;                                                                 \
        const size_t channels = plan->channels_last ? plan->channels : 1;                                              \
        const double p = plan->p;                                                                                      \
        for (size_t unit = begin; unit < end; unit++) {                                                                \
            const pool_unit at = unit_at(plan, unit);                                                                  \
            const STORED *const from = (const STORED *)x + at.base;                                                    \
            STORED *const to = (STORED *)y + unit * channels;                                                          \
            for (size_t first = 0; first < channels; first += BLOCK) {                                                 \
                const size_t n = channels - first < BLOCK ? channels - first : BLOCK;                                  \
                double sums[BLOCK] = {0};                                                                              \
                FOR_TAPS({                                                                                             \
                    const STORED *const row_of = from + place * channels + first;                                      \
                    for (size_t c = 0; c < n; c++) {                                                                   \
                        const double v = (double)LOAD(row_of[c]);                                                      \
                        sums[c] += TERM;                                                                               \
                    }                                                                                                  \
                })                                                                                                     \
                for (size_t c = 0; c < n; c++) to[first + c] = STORE((COMPUTED)(FINISH));                              \
            }                                                                                                          \
        }                                                                                                              \
        (void)p;                                                                                                       \
    }
#define SUM_POOLS(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                       \
    SUM_POOL(average, TAG, STORED, COMPUTED, LOAD, STORE, v, sums[c] / divisor(plan, &at, false))                      \
    SUM_POOL(average_all, TAG, STORED, COMPUTED, LOAD, STORE, v, sums[c] / divisor(plan, &at, true))                   \
    SUM_POOL(lp, TAG, STORED, COMPUTED, LOAD, STORE,                                                                   \
             (p == 2   ? v * v                                                                                         \
              : p == 1 ? fabs(v)                                                                                       \
                       : pow(fabs(v), p)),                                                                             \
             (p == 2   ? sqrt(sums[c])                                                                                 \
              : p == 1 ? sums[c]                                                                                       \
                       : pow(sums[c], 1 / p)))
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
