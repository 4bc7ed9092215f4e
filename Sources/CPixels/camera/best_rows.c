// Which row kernels this machine runs best.
#include "arete_pixels_rows.h"

const arete_camera_rows *arete_camera_rows_best(void) {
    const arete_camera_rows *rows = arete_camera_rows_avx512();
    if (!rows) rows = arete_camera_rows_avx2();
    return rows ? rows : arete_camera_rows_scalar();
}
