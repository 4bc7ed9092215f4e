// Products of bytes with unpacked weights by 512-bit vectors.
#include "../product.h"
#include "../requantize.h"

#if defined(__x86_64__)
#include "../lanes/avx512.h"
#include <string.h>

LANES_BEGIN
#include "../lanes/product_entries.h"
PRODUCT(s8, avx512, 0x80, 0)
PRODUCT(u8, avx512, 0, 0x80)
PRODUCT(u8s8, avx512, 0, 0)
PRODUCT(s8u8, avx512, 0x80, 0x80)
LANES_END

#endif
