// Tables of bytes, 16 shuffles for 32 of them, tables of words, and bytes chosen from rows or gathered.
#include "../lookup.h"
#include "../layout.h"

#if defined(__x86_64__)
#include "../lanes/avx2.h"

LANES_BEGIN
#include "../lanes/compare.h"
#include "../lanes/expectation.h"
#include "../lanes/gather.h"
#include "../lanes/lookup.h"
#include "../lanes/pick.h"
#include "../lanes/word_functions.h"
#include "../lanes/word_table.h"
TABLE_ROW(arete_table_apply_avx2)
WORD_TABLE(arete_table16_apply_avx2)
WORD_FUNCTION(arete_s16_logistic_avx2, false)
WORD_FUNCTION(arete_s16_tanh_avx2, true)
COMPARE_ROW(arete_quantized_compare_row_avx2, arete_table_apply_avx2)
EXPECTATION(arete_expectation_rows_avx2)
PICK_ROWS(arete_pick_rows_avx2)
GATHER_BYTES(arete_gather_avx2, arete_pick_rows_avx2)
LANES_END

#endif
