// The elementwise kernels of all sets with AVX-512.
#include "../elementwise.h"
#include "../layout.h"
#include "../lookup.h"
#include "../product.h"
#include "../quantize.h"
#include "../quantized_binary.h"
#include "../recurrent.h"
#include "../reduce.h"
#include "../requantize.h"
#include "../tables.h"

#if defined(__x86_64__)

void arete_avx512_install_elementwise(struct arete_kernels *kernels) {
    kernels->conversion = (struct arete_conversion_kernels){
        .requantize_row = arete_requantize_row_avx512,
        .quantize = arete_quantize_avx512,
        .dequantize = arete_dequantize_avx512,
        .quantize_linear = arete_quantize_linear_avx512,
        .dequantize_linear = arete_dequantize_linear_avx512,
        .range = arete_f32_range_avx512,
        .dynamic_quantize = arete_dynamic_quantize_avx512,
        .dynamic_dequantize = arete_dynamic_dequantize_avx512,
        .dynamic_finish = arete_dynamic_finish_rows_avx512,
    };
    kernels->matmul.s8 = arete_s8_product_avx512;
    kernels->matmul.u8 = arete_u8_product_avx512;
    kernels->matmul.u8s8 = arete_u8s8_product_avx512;
    kernels->matmul.s8u8 = arete_s8u8_product_avx512;
    kernels->quantized.lstm_step = arete_s8_lstm_step_avx512;
    kernels->quantized.svdf_step = arete_s8_svdf_step_avx512;
    kernels->quantized.binary_row = arete_quantized_binary_row_avx512;
    kernels->quantized.sum_row = arete_quantized_sum_row_avx512;
    kernels->quantized.table = arete_table_apply_avx512;
    kernels->layout.gather = arete_gather_avx512;
    kernels->elementwise.unary = arete_unary_avx512;
    kernels->reduce.arg_extremum = arete_arg_extremum_avx512;
}

#endif
