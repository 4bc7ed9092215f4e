// Rows of camera pictures, 64 bytes at a time.
#include "arete_pixels_rows.h"

#if defined(__x86_64__)
#include "lanes_avx512.h"

#include "camera_rows.h"

const arete_camera_rows *arete_camera_rows_avx512(void) {
    const int is_available = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    return is_available ? &rows : 0;
}

#else

const arete_camera_rows *arete_camera_rows_avx512(void) { return 0; }

#endif
