// Depthwise convolutions of floats with 256-bit multiply-adds.
#include "kernels.h"

#if defined(__x86_64__)
#include "../lanes/avx2.h"
#include <string.h>

LANES_BEGIN
#include "../taps_floats.h"
#define TAPS(NAME) arete_avx2_depthwise_float_##NAME
#include "../taps.h"
LANES_END

#endif
