// Floats to quantized values and back, eight a vector.
#include "../quantize.h"

#if defined(__x86_64__)
#include "../lanes/avx2.h"

LANES_BEGIN
#include "../lanes/dynamic.h"
#include "../lanes/quantize_linear.h"
QUANTIZE(arete_quantize_avx2)
DEQUANTIZE(arete_dequantize_avx2)
QUANTIZE_LINEAR(arete_quantize_linear_avx2)
DEQUANTIZE_LINEAR(arete_dequantize_linear_avx2)
F32_RANGE(arete_f32_range_avx2)
DYNAMIC_QUANTIZE(arete_dynamic_quantize_avx2)
DYNAMIC_QUANTIZE_ROWS(arete_dynamic_quantize_rows_avx2)
DYNAMIC_DEQUANTIZE(arete_dynamic_dequantize_avx2)
DYNAMIC_FINISH_ROWS(arete_dynamic_finish_rows_avx2)
LANES_END

#endif
