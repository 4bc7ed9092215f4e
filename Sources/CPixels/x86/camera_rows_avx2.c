// Rows of camera pictures, 32 bytes at a time.
#include "arete_pixels_rows.h"

#if defined(__x86_64__)
#include "lanes_avx2.h"

#include "camera_rows.h"

const arete_camera_rows *arete_camera_rows_avx2(void) {
    const int is_available = __builtin_cpu_supports("avx2");
    return is_available ? &rows : 0;
}

#else

const arete_camera_rows *arete_camera_rows_avx2(void) { return 0; }

#endif
