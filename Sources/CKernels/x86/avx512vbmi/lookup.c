// Tables of bytes: two byte permutations for 64 bytes.
#include "../lookup.h"

#if defined(__x86_64__)
#define LANES_VBMI
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/lookup.h"
TABLE_ROW(arete_table_apply_vbmi)
LANES_END

#endif
