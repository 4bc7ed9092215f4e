#define _GNU_SOURCE
#include "arete_blas.h"
#include <dlfcn.h>
#include <sched.h>

static __typeof__(&cblas_sgemm) sgemm;

// Opens the library on one processor, so that it counts one and starts no threads of its own.
static void *open_library(void) {
    cpu_set_t all, one;
    CPU_ZERO(&one);
    const int current = sched_getcpu();
    const bool bound = current >= 0 && current < CPU_SETSIZE && sched_getaffinity(0, sizeof all, &all) == 0;
    if (bound) {
        CPU_SET(current, &one);
        sched_setaffinity(0, sizeof one, &one);
    }
    void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (bound) {
        sched_setaffinity(0, sizeof all, &all);
    }
    return library;
}

bool arete_blas_load(void) {
    void *library = open_library();
    if (!library) {
        return false;
    }
    void (*set_threads)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
    sgemm = (__typeof__(sgemm))dlsym(library, "cblas_sgemm");
    if (set_threads) {
        set_threads(1);
    }
    return sgemm != 0;
}

void arete_sgemm(CBLAS_ORDER order, CBLAS_TRANSPOSE transpose_a, CBLAS_TRANSPOSE transpose_b, int m, int n, int k,
                 float alpha, const float *a, int a_pitch, const float *b, int b_pitch, float beta, float *c,
                 int c_pitch) {
    sgemm(order, transpose_a, transpose_b, m, n, k, alpha, a, a_pitch, b, b_pitch, beta, c, c_pitch);
}
