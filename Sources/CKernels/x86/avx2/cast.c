// Conversions between element types, eight floats a vector.
#include "../elementwise.h"

#if defined(__x86_64__)
#include "../lanes/avx2.h"

LANES_BEGIN
#include "../lanes/cast.h"
CASTS(arete_cast_avx2)
LANES_END

#endif
