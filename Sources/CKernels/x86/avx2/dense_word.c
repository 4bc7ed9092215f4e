// Dense convolutions of 16-bit activations with 256-bit products.
#include "../dense_pack.h"
#include "../dense_plan.h"
#include "kernels.h"

#if defined(__x86_64__)
#include "../lanes/avx2.h"

LANES_BEGIN
#define WORDS_REQUANTIZE_ROW arete_requantize_row_avx2
#include "../dense_words.h"
#define DENSE(NAME) arete_avx2_dense_word_##NAME
#include "../dense.h"
LANES_END

#endif
