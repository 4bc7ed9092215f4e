// Products of bytes with unpacked weights, 64 bytes a step.
#include "../product.h"
#include "../requantize.h"

#if defined(__x86_64__)
#include "../lanes/avx512.h"

LANES_BEGIN
#include "../lanes/product.h"
PRODUCT(s8, avx512, 0x80, 0)
PRODUCT(u8, avx512, 0, 0x80)
PRODUCT(u8s8, avx512, 0, 0)
PRODUCT(s8u8, avx512, 0x80, 0x80)
LANES_END

#endif
