// The kernels of avx512vnni: 512-bit byte dot products.
#include "../tables.h"
#include "kernels.h"

#if defined(__x86_64__)

void arete_avx512vnni_install(struct arete_kernels *kernels) {
    kernels->packed.dense = arete_avx512vnni_dense_kernel;
    kernels->packed.depthwise = arete_avx512vnni_depthwise_kernel;
}

#endif
