// Sets up the geometry of stencils.
#include "arete_stencil.h"

void arete_stencil_begin(arete_stencil *stencil) {
    for (size_t d = 0; d < 3; d++) {
        stencil->input[d] = stencil->output[d] = stencil->kernel[d] = 1;
        stencil->stride[d] = stencil->dilation[d] = 1;
        stencil->before[d] = stencil->after[d] = 0;
    }
}

bool arete_stencil_set(arete_stencil *stencil, size_t rank, size_t axis, size_t input, size_t output, size_t kernel,
                       size_t stride, size_t dilation, ptrdiff_t before, ptrdiff_t after) {
    // Positions are computed with signed numbers: far below their limits, sums of three cannot overflow.
    const size_t limit = PTRDIFF_MAX / 8;
    if (rank < 1 || rank > 3 || axis >= rank || kernel == 0 || stride == 0 || dilation == 0) return false;
    size_t reach, span;
    if (__builtin_mul_overflow(output, stride, &reach) || __builtin_mul_overflow(kernel, dilation, &span)) return false;
    if (reach > limit || span > limit || input > limit) return false;
    if (before > (ptrdiff_t)limit || before < -(ptrdiff_t)limit) return false;
    if (after > (ptrdiff_t)limit || after < -(ptrdiff_t)limit) return false;
    const size_t d = 3 - rank + axis;
    stencil->input[d] = input;
    stencil->output[d] = output;
    stencil->kernel[d] = kernel;
    stencil->stride[d] = stride;
    stencil->dilation[d] = dilation;
    stencil->before[d] = before;
    stencil->after[d] = after;
    return true;
}
