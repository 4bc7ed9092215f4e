// Tables of bytes: 16 shuffles for 32 bytes.
#include "../lookup.h"

#if defined(__x86_64__)
#include "../lanes/avx2.h"

LANES_BEGIN
#include "../lanes/lookup.h"
TABLE_ROW(arete_table_apply_avx2)
LANES_END

#endif
