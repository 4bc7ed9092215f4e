// Elementwise functions of floats, eight a vector.
#include "../elementwise.h"

#if defined(__x86_64__)
#include "../../scalar/unary_float.h"
#include "../lanes/avx2.h"

LANES_BEGIN
#include "../lanes/unary.h"
UNARY(arete_unary_avx2)
LANES_END

#endif
