// Dense convolutions of floats with 256-bit multiply-adds.
#include "../dense_pack.h"
#include "../dense_plan.h"
#include "kernels.h"

#if defined(__x86_64__)
#include "../lanes/avx2.h"
#include <math.h>

LANES_BEGIN
#include "../dense_floats.h"
#define DENSE(NAME) arete_avx2_dense_float_##NAME
#include "../dense.h"
#include "../winograd.h"
LANES_END

#endif
