// Reductions, 64 bytes a vector.
#include "../reduce.h"

#if defined(__x86_64__)
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/arg_extremum.h"
#include "../lanes/float_sum.h"
#include "../lanes/mean.h"
#include "../lanes/top_k.h"
REDUCE(arete_reduce_avx512)
QUANTIZED_REDUCE(arete_quantized_reduce_avx512)
TOP_K(arete_top_k_avx512)
ARG_EXTREMUM(arete_arg_extremum_avx512)
LANES_END

#endif
