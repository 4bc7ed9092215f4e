// Elementwise functions of one float and of two, sixteen a vector.
#include "../elementwise.h"

#if defined(__x86_64__)
#include "../../scalar/parametric_float.h"
#include "../../scalar/unary_float.h"
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../../scalar/float_pair.h"
#include "../lanes/unary.h"
#include "../lanes/word_swish.h"
UNARY(arete_unary_avx512)
PARAMETRIC(arete_parametric_avx512)
FLOAT_PAIR(arete_float_pair_avx512)
WORD_SWISH(arete_word_swish_row_avx512)
LANES_END

#endif
