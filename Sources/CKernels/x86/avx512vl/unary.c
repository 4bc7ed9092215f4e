// Elementwise functions of floats, sixteen a vector.
#include "../elementwise.h"

#if defined(__x86_64__)
#include "../../scalar/unary_float.h"
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/unary.h"
UNARY(arete_unary_avx512)
LANES_END

#endif
