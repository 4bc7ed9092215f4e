// Contractions of several operands over labelled dimensions.
#include "arete_product.h"
#include "elements.h"

bool arete_contraction_begin(arete_contraction_plan *plan, size_t operands) {
    memset(plan, 0, sizeof *plan);
    plan->operands = operands;
    return operands >= 1 && operands <= ARETE_CONTRACTION_OPERANDS;
}

bool arete_contraction_add(arete_contraction_plan *plan, bool summed, size_t extent, const ptrdiff_t *strides) {
    size_t *const rank = summed ? &plan->summed_rank : &plan->kept_rank;
    if (*rank == ARETE_MAX_RANK) return false;
    (summed ? plan->summed : plan->kept)[*rank] = extent;
    for (size_t k = 0; k < plan->operands; k++) {
        (summed ? plan->summed_stride : plan->kept_stride)[k][*rank] = strides[k];
    }
    ++*rank;
    return true;
}

static size_t points(size_t rank, const size_t *extent) {
    size_t count = 1;
    for (size_t d = 0; d < rank; d++) count *= extent[d];
    return count;
}

size_t arete_contraction_results(const arete_contraction_plan *plan) { return points(plan->kept_rank, plan->kept); }

/// Moves the operands' offsets to point `at` of the given dimensions.
static void offsets_at(size_t at, size_t operands, size_t rank, const size_t *extent,
                       ptrdiff_t strides[][ARETE_MAX_RANK], ptrdiff_t *offset) {
    for (size_t d = rank; d-- > 0;) {
        const ptrdiff_t i = (ptrdiff_t)(at % extent[d]);
        at /= extent[d];
        for (size_t k = 0; k < operands; k++) offset[k] += i * strides[k][d];
    }
}

#define DEFINE(TAG, STORED, COMPUTED, SUM, LOAD, STORE)                                                                \
    static void contraction_##TAG(const arete_contraction_plan *plan, const void *const *operands, void *y,            \
                                  size_t begin, size_t end) {                                                          \
        arete_contraction_plan p = *plan;                                                                              \
        /* The innermost summed label is a loop of its own. */                                                         \
        const size_t last = p.summed_rank == 0 ? 0 : p.summed_rank - 1;                                                \
        const size_t n = p.summed_rank == 0 ? 1 : p.summed[last], outer = points(last, p.summed);                      \
        for (size_t at = begin; at < end; at++) {                                                                      \
            ptrdiff_t base[ARETE_CONTRACTION_OPERANDS] = {0};                                                          \
            offsets_at(at, p.operands, p.kept_rank, p.kept, p.kept_stride, base);                                      \
            SUM sum = 0;                                                                                               \
            for (size_t o = 0; o < outer; o++) {                                                                       \
                ptrdiff_t offset[ARETE_CONTRACTION_OPERANDS];                                                          \
                memcpy(offset, base, sizeof offset);                                                                   \
                offsets_at(o, p.operands, last, p.summed, p.summed_stride, offset);                                    \
                for (size_t i = 0; i < n; i++) {                                                                       \
                    SUM product = 1;                                                                                   \
                    for (size_t k = 0; k < p.operands; k++) {                                                          \
                        const ptrdiff_t place = offset[k] + (ptrdiff_t)i * p.summed_stride[k][last];                   \
                        product *= (SUM)LOAD(((const STORED *)operands[k])[place]);                                    \
                    }                                                                                                  \
                    sum += product;                                                                                    \
                }                                                                                                      \
            }                                                                                                          \
            ((STORED *)y)[at] = (STORED)STORE((COMPUTED)sum);                                                          \
        }                                                                                                              \
    }
#define DEFINE_FLOAT(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...) DEFINE(TAG, STORED, COMPUTED, double, LOAD, STORE)
#define DEFINE_INTEGER(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                  \
    DEFINE(TAG, STORED, uint64_t, uint64_t, LOAD, STORE)
ARETE_FOR_FLOATS(DEFINE_FLOAT, )
ARETE_FOR_INTEGERS(DEFINE_INTEGER, )

#define ENTRY(TAG, TYPE, ...) [TYPE] = contraction_##TAG,
static const arete_contraction_function functions[ARETE_ELEMENT_TYPES] = {ARETE_FOR_NUMBERS(ENTRY, )};

arete_contraction_function arete_contraction(arete_element_type type) {
    return arete_is_element_type(type) ? functions[type] : NULL;
}
