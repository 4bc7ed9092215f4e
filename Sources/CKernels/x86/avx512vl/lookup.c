// Tables of bytes, four word permutations for 64 of them, of words and of floats.
#include "../lookup.h"

#if defined(__x86_64__)
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/compare.h"
#include "../lanes/expectation.h"
#include "../lanes/lookup.h"
#include "../lanes/word_functions.h"
#include "../lanes/word_table.h"
TABLE_ROW(arete_table_apply_avx512)
WORD_TABLE(arete_table16_apply_avx512)
WORD_FUNCTION(arete_s16_logistic_avx512, false)
WORD_FUNCTION(arete_s16_tanh_avx512, true)
COMPARE_ROW(arete_quantized_compare_row_avx512, arete_table_apply_avx512)
FLOAT_TABLE(arete_float_table_apply_avx512)
EXPECTATION(arete_expectation_rows_avx512)
LANES_END

#endif
