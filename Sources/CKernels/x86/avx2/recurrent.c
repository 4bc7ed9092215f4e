// Steps of recurrent layers, 32 bytes a vector.
#include "../recurrent.h"

#if defined(__x86_64__)
#include "../../scalar/fixed_point.h"
#include "../../scalar/fixed_point16.h"
#include "../../scalar/vector_math.h"
#include "../lanes/avx2.h"
#include <string.h>

LANES_BEGIN
#include "../lanes/recurrent_steps.h"
RECURRENT_STEPS(avx2)
LANES_END

#endif
