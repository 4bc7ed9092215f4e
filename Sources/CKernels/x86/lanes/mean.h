// Means and sums of quantized elements over any axes: the bits of the portable kernel. Sums of integers have no order.
#pragma once
#include "../../scalar/reduce_loops.h"
#include "arete_quantized_reduce.h"
#include "requantize.h"

/// Results of a vector of sums, with their zero point.
LANES_INLINE ints mean_finished(const arete_quantized_reduction *r, ints sums) {
    const int32_t low = arete_type_minimum(r->type), high = arete_type_maximum(r->type);
    if (r->arithmetic == ARETE_FAST) {
        const floats y = floats_from(sums) * floats_of(r->scale) + floats_of(r->offset);
        return floats_rounded(floats_minimum(floats_maximum(y, floats_of((float)low)), floats_of((float)high)));
    }
    const fixed_factors factors = fixed_factors_of(ints_of(r->multiplier), ints_of(r->shift));
    const ints y = multiplied_fixed(sums - ints_of(r->zero_offset), factors);
    const ints zero = ints_of(r->output_zero_point);
    return ints_minimum(ints_maximum(y, ints_of(low) - zero), ints_of(high) - zero) + zero;
}

/// The walk over the elements of a result, or of neighbouring ones.
typedef struct {
    const arete_reduce_plan *plan;
    size_t outer, runs; // dimensions outside the innermost reduced one, and their steps
    size_t count, step; // of the innermost reduced dimension: extent, and bytes from one to the next
    size_t element;
} mean_walk;

LANES_INLINE mean_walk mean_walk_of(const arete_reduce_plan *plan, size_t element) {
    mean_walk w = {.plan = plan, .runs = 1, .count = 1, .element = element};
    if (plan->reduced_rank > 0) {
        w.outer = plan->reduced_rank - 1;
        w.count = plan->reduced[w.outer];
        w.step = plan->reduced_stride[w.outer] * element;
        w.runs = w.count == 0 ? 0 : plan->count / w.count;
    }
    return w;
}

LANES_INLINE const uint8_t *mean_run(const mean_walk *w, const uint8_t *base, size_t run) {
    return base + arete_reduced_offset(w->plan, w->outer, run) * w->element;
}

/// Bytes behind the first element of the walk up to its last element.
LANES_INLINE size_t mean_reach(const mean_walk *w) {
    size_t reach = 0;
    for (size_t d = 0; d < w->plan->reduced_rank; d++) {
        reach += (w->plan->reduced[d] - 1) * w->plan->reduced_stride[d];
    }
    return reach * w->element;
}

/// A vector of neighbouring results of bytes, of which `left` exist.
LANES_INLINE bytes mean_column_bytes(const arete_quantized_reduction *r, const mean_walk *w, const uint8_t *base,
                                     size_t left, bool whole) {
    const bytes flip = bytes_of(r->type == ARETE_INT8 ? 0x80 : 0);
    const ints none = ints_of(0);
    ints words[2] = {none, none}, sums[4] = {none, none, none, none}, wide[2];
    size_t taken = 0;
    for (size_t run = 0; run < w->runs; run++) {
        const uint8_t *row = mean_run(w, base, run);
        for (size_t i = 0; i < w->count; i++, row += w->step) {
            bytes_as_words((whole ? bytes_load(row) : bytes_load_some(row, left)) ^ flip, wide);
            words[0] = words_sum(words[0], wide[0]);
            words[1] = words_sum(words[1], wide[1]);
            // A word holds the sum of 257 bytes.
            if (++taken % 256 != 0 && taken != w->plan->count) continue;
            for (size_t half = 0; half < 2; half++) {
                words_paired(words[half], none, wide);
                sums[2 * half] += wide[0];
                sums[2 * half + 1] += wide[1];
                words[half] = none;
            }
        }
    }
    const ints moved = ints_of((int32_t)((uint32_t)w->plan->count * (r->type == ARETE_INT8 ? 128U : 0)));
    for (size_t k = 0; k < 4; k++) sums[k] = mean_finished(r, sums[k] - moved);
    return words_packed(ints_packed(sums[0], sums[1]), ints_packed(sums[2], sums[3]), r->type == ARETE_INT8);
}

/// The same of words.
LANES_INLINE bytes mean_column_words(const arete_quantized_reduction *r, const mean_walk *w, const uint8_t *base,
                                     size_t left, bool whole) {
    ints sums[2] = {ints_of(0), ints_of(0)}, wide[2];
    for (size_t run = 0; run < w->runs; run++) {
        const uint8_t *row = mean_run(w, base, run);
        for (size_t i = 0; i < w->count; i++, row += w->step) {
            const ints x = (ints)(whole ? bytes_load(row) : bytes_load_some(row, left));
            words_paired(x, x, wide);
            sums[0] += ints_shifted_down(wide[0], 16);
            sums[1] += ints_shifted_down(wide[1], 16);
        }
    }
    return (bytes)ints_packed(mean_finished(r, sums[0]), mean_finished(r, sums[1]));
}

LANES_INLINE uint32_t mean_total(ints x) {
    const __m128i four = ints_folded(x), two = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
    return (uint32_t)_mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 0x55)));
}

/// The sum of a result whose innermost reduced dimension is dense.
LANES_INLINE uint32_t mean_row_sum(const mean_walk *w, const uint8_t *base, const int is_word, uint8_t flip) {
    const bytes flips = bytes_of(flip), ones = bytes_of(1);
    const size_t size = w->count * w->element;
    ints sums = ints_of(0);
    size_t missing = 0;
    for (size_t run = 0; run < w->runs; run++) {
        const uint8_t *row = mean_run(w, base, run);
        for (size_t i = 0; i < size; i += LANE_BYTES) {
            const size_t left = size - i;
            const bytes x = bytes_load_some(row + i, left);
            missing += left >= LANE_BYTES ? 0 : LANE_BYTES - left;
            sums = is_word ? words_dot_added(sums, (ints)x, words_of(1)) : bytes_dot(sums, x ^ flips, ones);
        }
    }
    const uint32_t moved = is_word ? 0 : (uint32_t)flip * (uint32_t)(w->plan->count + missing);
    return mean_total(sums) - moved;
}

LANES_INLINE void mean_results(const arete_quantized_reduction *r, const arete_reduce_plan *plan, const uint8_t *x,
                               uint8_t *y, size_t begin, size_t end, const int is_word) {
    const size_t element = is_word ? 2 : 1;
    const mean_walk w = mean_walk_of(plan, element);
    const size_t all = arete_reduce_results(plan) * plan->count * element, reach = mean_reach(&w);
    for (size_t at = begin, run; at < end; at += run) {
        run = plan->rows ? end - at : arete_kept_run(plan, at, end);
        const size_t most = LANE_BYTES / element;
        run = run < most ? run : most;
        bytes results;
        if (plan->rows) {
            const uint8_t flip = r->type == ARETE_INT8 ? 0x80 : 0;
            int32_t sums[LANE_BYTES] = {0};
            ints wide[4];
            for (size_t j = 0; j < run; j++) {
                const uint8_t *base = x + arete_kept_offset(plan, at + j) * element;
                sums[j] = (int32_t)mean_row_sum(&w, base, is_word, flip);
            }
            for (size_t k = 0; k < 4 / element; k++) wide[k] = mean_finished(r, ints_load(sums + k * LANES));
            results = is_word ? ints_as_words(wide[0], wide[1], 1)
                              : words_as_bytes(ints_packed(wide[0], wide[1]), ints_packed(wide[2], wide[3]),
                                               r->type == ARETE_INT8);
        } else {
            const size_t offset = arete_kept_offset(plan, at) * element;
            const bool whole = offset + reach + LANE_BYTES <= all;
            results = is_word ? mean_column_words(r, &w, x + offset, run * element, whole)
                              : mean_column_bytes(r, &w, x + offset, run * element, whole);
        }
        bytes_store_some(y + at * element, results, run * element);
    }
}

#define QUANTIZED_REDUCE(name)                                                                                         \
    void name(const arete_quantized_reduction *r, const arete_reduce_plan *plan, const void *x, void *y, size_t begin, \
              size_t end) {                                                                                            \
        if (plan->count == 0) {                                                                                        \
            arete_quantized_reduce(r, plan, x, y, begin, end);                                                         \
        } else if (r->type == ARETE_INT16) {                                                                           \
            mean_results(r, plan, x, y, begin, end, 1);                                                                \
        } else {                                                                                                       \
            mean_results(r, plan, x, y, begin, end, 0);                                                                \
        }                                                                                                              \
    }
