// What the kernel benchmark's families share: seeded data, a clock, a report.
#pragma once
#include "arete_kernels.h"
#include <stdio.h>

/// One call of a kernel. `compute` may be run any number of times.
typedef struct {
    void (*compute)(void *context);
    void *context;
} bench_run;

/// The kernels of one instruction set.
typedef struct {
    const char *name;
    struct arete_kernels kernels;
} bench_set;

/// A family reads the rest of its line and reports; false when the line is wrong.
typedef bool (*bench_family)(const char *line, const bench_set *sets, size_t count);

bool bench_depthwise(const char *line, const bench_set *sets, size_t count);
bool bench_dense(const char *line, const bench_set *sets, size_t count);

/// Zeroed memory, 64-byte aligned and with 64 bytes behind it; ends the program where there is none.
void *bench_memory(size_t bytes);
void bench_fill(void *memory, size_t bytes, uint64_t seed);

/// Seconds of processor time of each run: the 10th percentile, the runs taking turns.
void bench_time(const bench_run *runs, size_t count, double *seconds);
