// The elementwise kernels of avx2.
#include "../lookup.h"
#include "../requantize.h"
#include "../tables.h"

#if defined(__x86_64__)

void arete_avx2_install_elementwise(struct arete_kernels *kernels) {
    kernels->quantized.requantize_row = arete_requantize_row_avx2;
    kernels->quantized.table = arete_table_apply_avx2;
}

#endif
