// Elementwise functions of one float and of two, sixteen a vector.
#include "../elementwise.h"

#if defined(__x86_64__)
#include "../../scalar/parametric_float.h"
#include "../../scalar/unary_float.h"
#include "../../scalar/word_swish.h"
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../../scalar/float_pair.h"
#include "../lanes/unary.h"
UNARY(arete_unary_avx512)
PARAMETRIC(arete_parametric_avx512)
FLOAT_PAIR(arete_float_pair_avx512)

void arete_word_swish_row_avx512(const arete_word_swish *swish, const int16_t *x, size_t count, int16_t *y) {
    word_swish_row(swish, x, count, y);
}
LANES_END

#endif
