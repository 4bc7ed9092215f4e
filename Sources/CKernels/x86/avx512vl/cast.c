// Conversions between element types, sixteen floats a vector.
#include "../elementwise.h"

#if defined(__x86_64__)
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/cast.h"
CASTS(arete_cast_avx512)
LANES_END

#endif
