// Gathers of bytes: two byte permutations for 64 bytes.
#include "../layout.h"

#if defined(__x86_64__)
#define LANES_VBMI
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/gather.h"
GATHER_BYTES(arete_gather_vbmi)
LANES_END

#endif
