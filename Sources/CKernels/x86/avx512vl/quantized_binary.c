// Rows of quantized functions of two operands, 64 bytes a vector.
#include "../quantized_binary.h"

#if defined(__x86_64__)
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/quantized_binary.h"
#include "../lanes/quantized_sum.h"
QUANTIZED_BINARY_ROWS(arete_quantized_binary_rows_avx512)
QUANTIZED_SUM_ROWS(arete_quantized_sum_rows_avx512)
LANES_END

#endif
