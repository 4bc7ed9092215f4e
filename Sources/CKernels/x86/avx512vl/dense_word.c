// Dense convolutions of 16-bit activations with 512-bit products.
#include "../dense_pack.h"
#include "../dense_plan.h"
#include "kernels.h"

#if defined(__x86_64__)
#define LANES_WORD_DOTS
#include "../lanes/avx512.h"

LANES_BEGIN
#define WORDS_REQUANTIZE_ROW arete_requantize_row_avx512
#include "../dense_words.h"
#define DENSE(NAME) arete_avx512vl_dense_word_##NAME
#include "../dense.h"
LANES_END

#endif
