// Softmax of floats, eight a vector.
#include "../elementwise.h"

#if defined(__x86_64__)
#include "../lanes/avx2.h"

LANES_BEGIN
#include "../lanes/softmax.h"
SOFTMAX(arete_softmax_avx2)
LANES_END

#endif
