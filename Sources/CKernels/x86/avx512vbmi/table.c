// The kernels of avx512vbmi: byte permutations.
#include "../tables.h"

#if defined(__x86_64__)

void arete_avx512vbmi_install(struct arete_kernels *kernels) { (void)kernels; }

#endif
