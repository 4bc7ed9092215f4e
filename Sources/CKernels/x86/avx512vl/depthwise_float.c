// Depthwise convolutions of floats with 512-bit multiply-adds.
#include "kernels.h"

#if defined(__x86_64__)
#include "../lanes/avx512.h"
#include <string.h>

LANES_BEGIN
#include "../taps_floats.h"
#define TAPS(NAME) arete_avx512vl_depthwise_float_##NAME
#include "../taps.h"
LANES_END

#endif
