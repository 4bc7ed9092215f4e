// Resizing and pools of images in vectors of 256 bits.
#include "../tables.h"

#if defined(__x86_64__)
#include "../lanes/avx2.h"

LANES_BEGIN
#include "../lanes/float_pool.h"
#include "../lanes/pool.h"
#include "../lanes/resize.h"
#include "../lanes/resize_arg.h"
QUANTIZED_POOL(average_pool, arete_quantized_average_pool, true)
QUANTIZED_POOL(max_pool, arete_quantized_max_pool, false)
RESIZE_BILINEAR(resize_bilinear)
RESIZE_ARG(resize_arg)
FLOAT_POOL(pool_nd)
LANES_END

void arete_avx2_install_images(struct arete_kernels *kernels) {
    kernels->image = (struct arete_image_kernels){resize_bilinear, average_pool, max_pool, resize_arg, pool_nd};
}

#endif
