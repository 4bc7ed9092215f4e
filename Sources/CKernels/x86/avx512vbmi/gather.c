// Bytes chosen from rows: two byte permutations for 64 bytes.
#include "../layout.h"

#if defined(__x86_64__)
#define LANES_VBMI
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/gather.h"
#include "../lanes/pick.h"
GATHER_BYTES(arete_gather_vbmi, arete_pick_rows_vbmi)
PICK_ROWS(arete_pick_rows_vbmi)
LANES_END

#endif
