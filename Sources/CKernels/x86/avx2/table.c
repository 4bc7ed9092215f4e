// The kernels of avx2: 256-bit integers.
#include "../tables.h"
#include "kernels.h"

#if defined(__x86_64__)

void arete_avx2_install(struct arete_kernels *kernels) {
    kernels->packed.dense = arete_avx2_dense_kernel;
    kernels->packed.depthwise = arete_avx2_depthwise_kernel;
    kernels->packed.dense_float = arete_avx2_dense_float_kernel;
    kernels->packed.winograd = arete_avx2_dense_float_winograd_kernel;
    kernels->packed.winograd_byte = arete_avx2_winograd_bytes_kernel;
    kernels->packed.dense_word = arete_avx2_dense_word_kernel;
    kernels->packed.depthwise_float = arete_avx2_depthwise_float_kernel;
    kernels->packed.depthwise_word = arete_avx2_depthwise_word_kernel;
    arete_avx2_install_elementwise(kernels);
    arete_avx2_install_images(kernels);
}

#endif
