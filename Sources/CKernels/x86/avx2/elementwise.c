// The elementwise kernels of avx2.
#include "../lookup.h"
#include "../quantized_binary.h"
#include "../requantize.h"
#include "../tables.h"

#if defined(__x86_64__)

void arete_avx2_install_elementwise(struct arete_kernels *kernels) {
    kernels->quantized.requantize_row = arete_requantize_row_avx2;
    kernels->quantized.binary_row = arete_quantized_binary_row_avx2;
    kernels->quantized.sum_row = arete_quantized_sum_row_avx2;
    kernels->quantized.table = arete_table_apply_avx2;
}

#endif
