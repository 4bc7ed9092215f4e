// The kernels of avx512vl: 256-bit byte dot products, EVEX encoding; elementwise ones of 512 bits.
#include "../tables.h"
#include "kernels.h"

#if defined(__x86_64__)

void arete_avx512vl_install(struct arete_kernels *kernels) {
    // Dot products of bytes take less time.
    kernels->packed.winograd_byte = (arete_packed_conv_kernel){0};
    kernels->packed.dense = arete_avx512vl_dense_kernel;
    kernels->packed.depthwise = arete_avx512vl_depthwise_kernel;
    kernels->packed.dense_float = arete_avx512vl_dense_float_kernel;
    kernels->packed.winograd = arete_avx512vl_dense_float_winograd_kernel;
    kernels->packed.dense_word = arete_avx512vl_dense_word_kernel;
    kernels->packed.depthwise_float = arete_avx512vl_depthwise_float_kernel;
    kernels->packed.depthwise_word = arete_avx512vl_depthwise_word_kernel;
    arete_avx512_install_elementwise(kernels);
    arete_avx512_install_images(kernels);
}

#endif
