// Tables of bytes and floats: two byte permutations for 64 bytes.
#include "../lookup.h"

#if defined(__x86_64__)
#define LANES_VBMI
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/expectation.h"
#include "../lanes/lookup.h"
TABLE_ROW(arete_table_apply_vbmi)
FLOAT_TABLE(arete_float_table_apply_vbmi)
EXPECTATION(arete_expectation_rows_vbmi)
LANES_END

#endif
