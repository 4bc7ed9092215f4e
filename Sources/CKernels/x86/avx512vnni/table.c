// The kernels of avx512vnni: 512-bit byte dot products.
#include "../tables.h"

#if defined(__x86_64__)

void arete_avx512vnni_install(struct arete_kernels *kernels) { (void)kernels; }

#endif
