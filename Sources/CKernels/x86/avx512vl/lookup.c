// Tables of bytes, four word permutations for 64 of them, of words and of floats.
#include "../lookup.h"

#if defined(__x86_64__)
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/expectation.h"
#include "../lanes/lookup.h"
#include "../lanes/word_table.h"
TABLE_ROW(arete_table_apply_avx512)
WORD_TABLE(arete_table16_apply_avx512)
FLOAT_TABLE(arete_float_table_apply_avx512)
EXPECTATION(arete_expectation_rows_avx512)
LANES_END

#endif
