// Memory and time for the families of the kernel benchmark.
#include "bench.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

void *bench_memory(size_t bytes) {
    const size_t size = (bytes + 127) / 64 * 64;
    void *memory = aligned_alloc(64, size);
    if (memory == NULL) {
        fprintf(stderr, "bench-kernels: no memory for %zu bytes\n", bytes);
        exit(1);
    }
    return memset(memory, 0, size);
}

void bench_fill(void *memory, size_t bytes, uint64_t seed) {
    uint8_t *to = memory;
    for (size_t i = 0; i < bytes; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        to[i] = (uint8_t)(seed >> 56);
    }
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Slices long enough for the clock, enough of them for a percentile.
enum { SLICES = 41 };
static const double slice_seconds = 4e-4;

void bench_time(const bench_run *runs, size_t count, double *seconds) {
    double(*slices)[SLICES] = bench_memory(count * sizeof *slices);
    size_t *repeats = bench_memory(count * sizeof *repeats);
    for (size_t i = 0; i < count; i++) {
        runs[i].compute(runs[i].context);
        const double begin = now();
        runs[i].compute(runs[i].context);
        const double once = now() - begin;
        repeats[i] = once < slice_seconds ? (size_t)(slice_seconds / (once + 1e-8)) + 1 : 1;
    }
    for (size_t slice = 0; slice < SLICES; slice++) {
        for (size_t i = 0; i < count; i++) {
            const double begin = now();
            for (size_t r = 0; r < repeats[i]; r++) {
                runs[i].compute(runs[i].context);
            }
            slices[i][slice] = (now() - begin) / (double)repeats[i];
        }
    }
    for (size_t i = 0; i < count; i++) {
        qsort(slices[i], SLICES, sizeof(double), compare);
        seconds[i] = slices[i][SLICES / 10];
    }
    free(repeats);
    free(slices);
}
