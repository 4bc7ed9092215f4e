// Softmax of quantized rows, exponentials by permutations of floats.
#include "../quantized_softmax.h"

#if defined(__x86_64__)
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/byte_softmax.h"
BYTE_SOFTMAX_ROWS(arete_quantized_softmax_rows_avx512)
BYTE_LOG_SOFTMAX_ROWS(arete_quantized_log_softmax_rows_avx512)
LANES_END

#endif
