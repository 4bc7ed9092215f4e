// Tables of bytes: four word permutations for 64 bytes.
#include "../lookup.h"

#if defined(__x86_64__)
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/lookup.h"
TABLE_ROW(arete_table_apply_avx512)
LANES_END

#endif
