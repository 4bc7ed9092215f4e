// Gathers of bytes: four word permutations for 64 bytes.
#include "../layout.h"

#if defined(__x86_64__)
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/gather.h"
GATHER_BYTES(arete_gather_avx512)
LANES_END

#endif
