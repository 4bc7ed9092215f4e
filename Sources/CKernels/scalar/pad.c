// Padding and cropping in the constant, edge, reflecting, symmetric and wrapping modes.
#include "pad_rows.h"
#include <string.h>

bool arete_pad_begin(arete_pad_plan *plan, arete_pad_mode mode, size_t element_size, size_t rank, const size_t *shape,
                     const ptrdiff_t *before, const ptrdiff_t *after) {
    if (rank > ARETE_MAX_RANK) return false;
    memset(plan, 0, sizeof *plan);
    plan->mode = mode;
    plan->element_size = element_size;
    for (size_t d = 0; d < rank; d++) {
        ptrdiff_t extent;
        if (__builtin_add_overflow((ptrdiff_t)shape[d], before[d], &extent)) return false;
        if (__builtin_add_overflow(extent, after[d], &extent) || extent < 0) return false;
        const bool untouched = before[d] == 0 && after[d] == 0;
        const size_t k = plan->rank;
        // An untouched dimension after an untouched one is the same row of elements.
        if (k > 0 && untouched && plan->before[k - 1] == 0 && plan->x_shape[k - 1] == plan->y_shape[k - 1]) {
            plan->x_shape[k - 1] *= shape[d];
            plan->y_shape[k - 1] *= shape[d];
            continue;
        }
        plan->x_shape[k] = shape[d];
        plan->y_shape[k] = (size_t)extent;
        plan->before[k] = before[d];
        plan->rank++;
    }
    return true;
}

size_t arete_pad_rows(const arete_pad_plan *plan) {
    size_t rows = 1;
    for (size_t d = 0; d + arete_pad_row_dimensions(plan) < plan->rank; d++) rows *= plan->y_shape[d];
    return rows;
}

/// Which of n source elements stands at position i of the infinitely padded row; -1 for the constant.
static ptrdiff_t source_position(arete_pad_mode mode, ptrdiff_t i, ptrdiff_t n) {
    if (i >= 0 && i < n) return i;
    if (n == 0 || mode == ARETE_PAD_CONSTANT) return -1;
    if (mode == ARETE_PAD_EDGE || n == 1) return i < 0 ? 0 : n - 1;
    const ptrdiff_t period = mode == ARETE_PAD_WRAP ? n : mode == ARETE_PAD_SYMMETRIC ? 2 * n : 2 * n - 2;
    const ptrdiff_t rest = i % period, place = rest < 0 ? rest + period : rest;
    if (place < n) return place;
    return mode == ARETE_PAD_SYMMETRIC ? period - 1 - place : period - place;
}

/// Fills one row of `y_count` units; the source row is null where the whole row is the constant.
static void pad_row(const arete_pad_plan *plan, const char *x, size_t x_count, ptrdiff_t before, const void *value,
                    char *y, size_t y_count, size_t unit) {
    const ptrdiff_t n = (ptrdiff_t)x_count, total = (ptrdiff_t)y_count;
    ptrdiff_t inside_begin = before < 0 ? 0 : before > total ? total : before;
    ptrdiff_t inside_end = before + n > total ? total : before + n;
    if (x == NULL || inside_end < inside_begin) inside_end = inside_begin;
    const size_t elements = unit / plan->element_size;
    if (inside_end > inside_begin) {
        memcpy(y + (size_t)inside_begin * unit, x + (size_t)(inside_begin - before) * unit,
               (size_t)(inside_end - inside_begin) * unit);
    }
    if (x == NULL || plan->mode == ARETE_PAD_CONSTANT) {
        arete_fill(plan->element_size, value, y, 0, (size_t)inside_begin * elements);
        arete_fill(plan->element_size, value, y, (size_t)inside_end * elements, (size_t)total * elements);
        return;
    }
    for (ptrdiff_t i = inside_begin == 0 ? inside_end : 0; i < total; i = i + 1 == inside_begin ? inside_end : i + 1) {
        const ptrdiff_t from = source_position(plan->mode, i - before, n);
        if (from >= 0) {
            memcpy(y + (size_t)i * unit, x + (size_t)from * unit, unit);
        } else {
            arete_fill(plan->element_size, value, y + (size_t)i * unit, 0, elements);
        }
    }
}

void arete_pad(const arete_pad_plan *plan, const void *x, const void *value, void *y, size_t begin, size_t end) {
    if (plan->rank == 0) {
        if (begin < end) memcpy(y, x, plan->element_size);
        return;
    }
    const size_t inner = arete_pad_row_dimensions(plan), outer = plan->rank - inner;
    const size_t unit = plan->element_size * (inner == 2 ? plan->x_shape[outer + 1] : 1);
    const size_t x_row = plan->x_shape[outer] * unit, y_row = plan->y_shape[outer] * unit;
    if (y_row == 0) return;
    for (size_t row = begin; row < end; row++) {
        size_t rest = row, place = 0, pitch = 1;
        bool constant = false;
        for (size_t d = outer; d-- > 0;) {
            const ptrdiff_t i = (ptrdiff_t)(rest % plan->y_shape[d]) - plan->before[d];
            rest /= plan->y_shape[d];
            const ptrdiff_t from = source_position(plan->mode, i, (ptrdiff_t)plan->x_shape[d]);
            constant |= from < 0;
            place += (size_t)from * pitch;
            pitch *= plan->x_shape[d];
        }
        pad_row(plan, constant ? NULL : (const char *)x + place * x_row, plan->x_shape[outer], plan->before[outer],
                value, (char *)y + row * y_row, plan->y_shape[outer], unit);
    }
}
