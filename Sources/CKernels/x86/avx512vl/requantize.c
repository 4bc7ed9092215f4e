// Requantization of rows, sixteen accumulators a vector.
#include "../requantize.h"

#if defined(__x86_64__)
#include "../lanes/avx512.h"
#include <string.h>

LANES_BEGIN
#include "../lanes/requantize.h"
REQUANTIZE_ROW(arete_requantize_row_avx512)
LANES_END

#endif
