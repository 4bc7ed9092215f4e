// Elementwise functions of one float and of two, eight a vector.
#include "../elementwise.h"

#if defined(__x86_64__)
#include "../../scalar/parametric_float.h"
#include "../../scalar/unary_float.h"
#include "../lanes/avx2.h"

LANES_BEGIN
#include "../../scalar/float_pair.h"
#include "../lanes/unary.h"
#include "../lanes/word_swish.h"
UNARY(arete_unary_avx2)
PARAMETRIC(arete_parametric_avx2)
FLOAT_PAIR(arete_float_pair_avx2)
WORD_SWISH(arete_word_swish_row_avx2)
LANES_END

#endif
