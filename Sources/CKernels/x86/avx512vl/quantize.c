// Floats to quantized values and back, sixteen a vector.
#include "../quantize.h"

#if defined(__x86_64__)
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/dynamic.h"
#include "../lanes/quantize_linear.h"
QUANTIZE(arete_quantize_avx512)
DEQUANTIZE(arete_dequantize_avx512)
QUANTIZE_LINEAR(arete_quantize_linear_avx512)
DEQUANTIZE_LINEAR(arete_dequantize_linear_avx512)
F32_RANGE(arete_f32_range_avx512)
DYNAMIC_QUANTIZE(arete_dynamic_quantize_avx512)
DYNAMIC_QUANTIZE_ROWS(arete_dynamic_quantize_rows_avx512)
DYNAMIC_DEQUANTIZE(arete_dynamic_dequantize_avx512)
DYNAMIC_FINISH_ROWS(arete_dynamic_finish_rows_avx512)
LANES_END

#endif
