// Bytes chosen from rows: four word permutations for 64 bytes, or shuffles of 16 at a time.
#include "../layout.h"

#if defined(__x86_64__)
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/gather.h"
#include "../lanes/pick.h"
GATHER_BYTES(arete_gather_avx512, arete_pick_rows_avx512)
PICK_ROWS(arete_pick_rows_avx512)
LANES_END

#endif
