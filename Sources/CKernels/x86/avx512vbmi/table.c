// The kernels of avx512vbmi: byte permutations.
#include "../layout.h"
#include "../lookup.h"
#include "../quantized_softmax.h"
#include "../tables.h"

#if defined(__x86_64__)

void arete_avx512vbmi_install(struct arete_kernels *kernels) {
    kernels->quantized.table = arete_table_apply_vbmi;
    kernels->quantized.float_table = arete_float_table_apply_vbmi;
    kernels->quantized.expectation_rows = arete_expectation_rows_vbmi;
    kernels->quantized.softmax_rows = arete_quantized_softmax_rows_vbmi;
    kernels->quantized.log_softmax_rows = arete_quantized_log_softmax_rows_vbmi;
    kernels->layout.gather = arete_gather_vbmi;
    kernels->layout.pick_rows = arete_pick_rows_vbmi;
}

#endif
