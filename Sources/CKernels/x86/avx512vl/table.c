// The kernels of avx512vl: 256-bit byte dot products, EVEX encoding.
#include "../tables.h"

#if defined(__x86_64__)

void arete_avx512vl_install(struct arete_kernels *kernels) { (void)kernels; }

#endif
