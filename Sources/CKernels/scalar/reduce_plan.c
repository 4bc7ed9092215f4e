// Plans reductions: which dimensions are kept and which are reduced.
#include "arete_reduce.h"
#include <string.h>

bool arete_reduce_begin(arete_reduce_plan *plan, size_t rank, const size_t *shape, const bool *reduces) {
    if (rank > ARETE_MAX_RANK) return false;
    memset(plan, 0, sizeof *plan);
    plan->count = 1;
    size_t stride = 1;
    int previous = -1;
    // From the innermost dimension outwards; the lists are filled backwards and turned round below.
    for (size_t d = rank; d-- > 0;) {
        const bool reduced = reduces[d];
        if (reduced) plan->count *= shape[d];
        if (shape[d] != 1) {
            size_t *const extents = reduced ? plan->reduced : plan->kept;
            size_t *const strides = reduced ? plan->reduced_stride : plan->kept_stride;
            size_t *const used = reduced ? &plan->reduced_rank : &plan->kept_rank;
            if (previous < 0) plan->rows = reduced;
            if (previous == (int)reduced) {
                extents[*used - 1] *= shape[d];
            } else {
                extents[*used] = shape[d];
                strides[(*used)++] = stride;
            }
            previous = reduced;
        }
        stride *= shape[d];
    }
    for (size_t i = 0; i < plan->kept_rank / 2; i++) {
        const size_t k = plan->kept_rank - 1 - i, extent = plan->kept[i], step = plan->kept_stride[i];
        plan->kept[i] = plan->kept[k], plan->kept_stride[i] = plan->kept_stride[k];
        plan->kept[k] = extent, plan->kept_stride[k] = step;
    }
    for (size_t i = 0; i < plan->reduced_rank / 2; i++) {
        const size_t k = plan->reduced_rank - 1 - i, extent = plan->reduced[i], step = plan->reduced_stride[i];
        plan->reduced[i] = plan->reduced[k], plan->reduced_stride[i] = plan->reduced_stride[k];
        plan->reduced[k] = extent, plan->reduced_stride[k] = step;
    }
    return true;
}

size_t arete_reduce_results(const arete_reduce_plan *plan) {
    size_t results = 1;
    for (size_t d = 0; d < plan->kept_rank; d++) results *= plan->kept[d];
    return results;
}
