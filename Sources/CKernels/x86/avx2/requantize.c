// Requantization of rows, eight accumulators a vector.
#include "../requantize.h"

#if defined(__x86_64__)
#include "../lanes/avx2.h"

LANES_BEGIN
#include "../lanes/requantize.h"
REQUANTIZE_ROW(arete_requantize_row_avx2)
LANES_END

#endif
