// The elementwise kernels of avx2.
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

void arete_avx2_install_elementwise(struct arete_kernels *kernels) {
    kernels->conversion = (struct arete_conversion_kernels){
        .requantize_row = arete_requantize_row_avx2,
        .quantize = arete_quantize_avx2,
        .dequantize = arete_dequantize_avx2,
        .quantize_linear = arete_quantize_linear_avx2,
        .dequantize_linear = arete_dequantize_linear_avx2,
        .range = arete_f32_range_avx2,
        .dynamic_quantize = arete_dynamic_quantize_avx2,
        .dynamic_dequantize = arete_dynamic_dequantize_avx2,
        .dynamic_finish = arete_dynamic_finish_rows_avx2,
    };
    kernels->matmul.s8 = arete_s8_product_avx2;
    kernels->matmul.u8 = arete_u8_product_avx2;
    kernels->matmul.u8s8 = arete_u8s8_product_avx2;
    kernels->matmul.s8u8 = arete_s8u8_product_avx2;
    kernels->quantized.lstm_step = arete_s8_lstm_step_avx2;
    kernels->quantized.svdf_step = arete_s8_svdf_step_avx2;
    kernels->quantized.binary_row = arete_quantized_binary_row_avx2;
    kernels->quantized.sum_row = arete_quantized_sum_row_avx2;
    kernels->quantized.table = arete_table_apply_avx2;
    kernels->layout.copy = arete_copy_avx2;
    kernels->layout.pad = arete_pad_avx2;
    kernels->elementwise.unary = arete_unary_avx2;
    kernels->reduce.arg_extremum = arete_arg_extremum_avx2;
}

#endif
