// The kernels of avxvnni: 256-bit byte dot products, VEX encoding.
#include "../tables.h"
#include "kernels.h"

#if defined(__x86_64__)

void arete_avxvnni_install(struct arete_kernels *kernels) {
    // Dot products of bytes take less time.
    kernels->packed.winograd_byte = (arete_packed_conv_kernel){0};
    kernels->packed.dense = arete_avxvnni_dense_kernel;
    kernels->packed.depthwise = arete_avxvnni_depthwise_kernel;
}

#endif
