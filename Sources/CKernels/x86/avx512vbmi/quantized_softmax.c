// Softmax of quantized rows, exponentials by permutations of bytes.
#include "../quantized_softmax.h"

#if defined(__x86_64__)
#define LANES_VBMI
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/byte_softmax.h"
BYTE_SOFTMAX_ROWS(arete_quantized_softmax_rows_vbmi)
BYTE_LOG_SOFTMAX_ROWS(arete_quantized_log_softmax_rows_vbmi)
LANES_END

#endif
