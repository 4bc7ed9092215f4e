// The elementwise kernels of avx2.
#include "../elementwise_entries.h"

#if defined(__x86_64__)

void arete_avx2_install_elementwise(struct arete_kernels *kernels) {
    ARETE_FILL_ELEMENTWISE(kernels, avx2);
    kernels->quantized.expectation_rows = arete_expectation_rows_avx2;
    kernels->layout.copy = arete_copy_avx2;
    kernels->layout.gather = arete_gather_avx2;
    kernels->layout.pad = arete_pad_avx2;
    kernels->layout.pick_rows = arete_pick_rows_avx2;
}

#endif
