// Softmax of floats, sixteen a vector.
#include "../elementwise.h"

#if defined(__x86_64__)
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/softmax.h"
SOFTMAX(arete_softmax_avx512)
LANES_END

#endif
