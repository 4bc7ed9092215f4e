// The elementwise kernels of all sets with AVX-512.
#include "../elementwise_entries.h"

#if defined(__x86_64__)

void arete_avx512_install_elementwise(struct arete_kernels *kernels) {
    ARETE_FILL_ELEMENTWISE(kernels, avx512);
    kernels->quantized.float_table = arete_float_table_apply_avx512;
    kernels->quantized.expectation_rows = arete_expectation_rows_avx512;
    kernels->layout.gather = arete_gather_avx512;
    kernels->layout.pick_rows = arete_pick_rows_avx512;
}

#endif
