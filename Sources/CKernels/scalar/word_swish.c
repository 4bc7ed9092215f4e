// The swish of 16-bit quantized numbers.
#include "word_swish.h"

void arete_word_swish_row(const arete_word_swish *swish, const int16_t *x, size_t count, int16_t *y) {
    word_swish_row(swish, x, count, y);
}
