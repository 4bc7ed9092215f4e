// Memory, time, comparison and report for the families of the kernel benchmark.
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

enum { MOST_SETS = ARETE_ISA_COUNT + 1 };

typedef struct {
    const char *name;
    const struct arete_kernels *kernels;
    const bench_work *work;
    void *output;
} set_run;

static void compute_set(void *context) {
    const set_run *r = context;
    r->work->compute(r->kernels, r->work, r->output);
}

static bool same_entry(const bench_work *work, const struct arete_kernels *a, const struct arete_kernels *b) {
    return memcmp((const char *)a + work->entry, (const char *)b + work->entry, sizeof(void (*)(void))) == 0;
}

bool bench_report(bench_work *work, const bench_set *sets, size_t count) {
    set_run prepared[MOST_SETS] = {{"scalar", arete_kernels_scalar(), work, NULL}};
    size_t taken = 1;
    for (size_t i = 0; i < count; i++) {
        if (!same_entry(work, &sets[i].kernels, prepared[taken - 1].kernels)) {
            prepared[taken++] = (set_run){sets[i].name, &sets[i].kernels, work, NULL};
        }
    }
    bench_run runs[MOST_SETS];
    double seconds[MOST_SETS];
    // All write to the same memory: where it lies changes the time of what only moves bytes by a quarter.
    char *output = bench_memory(work->output_bytes), *expected = bench_memory(work->output_bytes);
    for (size_t i = 0; i < taken; i++) {
        prepared[i].output = output;
        runs[i] = (bench_run){compute_set, &prepared[i]};
    }
    bench_time(runs, taken, seconds);
    bool good = true;
    for (size_t i = 0; i < taken; i++) {
        // What a kernel leaves unwritten must not look right.
        memset(output, (int)(0x55 + i), work->output_bytes);
        compute_set(&prepared[i]);
        if (i == 0) {
            memcpy(expected, output, work->output_bytes);
        }
        const bool same = memcmp(output, expected, work->output_bytes) == 0;
        printf("%-42s %-10s %9.1f us  %8.3f ns/element  %6.1f GB/s  %5.1fx%s\n", work->name, prepared[i].name,
               seconds[i] * 1e6, seconds[i] * 1e9 / (double)work->elements,
               (double)(work->input_bytes + work->output_bytes) / seconds[i] * 1e-9, seconds[0] / seconds[i],
               same ? "" : "  DIFFERS");
        good = good && same;
    }
    free(output);
    free(expected);
    for (size_t i = 0; i < sizeof work->inputs / sizeof *work->inputs; i++) {
        free(work->inputs[i]);
    }
    return good;
}

bool bench_find(const bench_word *words, const char *name, int *value) {
    for (; words->name != NULL; words++) {
        if (strcmp(words->name, name) == 0) {
            *value = words->value;
            return true;
        }
    }
    return false;
}

bool bench_type(const char *name, arete_element_type *type, size_t *size) {
    static const struct {
        const char *name;
        arete_element_type type;
        size_t size;
    } types[] = {{"bool", ARETE_BOOL, 1}, {"s8", ARETE_INT8, 1},     {"u8", ARETE_UINT8, 1},
                 {"s16", ARETE_INT16, 2}, {"u16", ARETE_UINT16, 2},  {"s32", ARETE_INT32, 4},
                 {"s64", ARETE_INT64, 8}, {"f16", ARETE_FLOAT16, 2}, {"f32", ARETE_FLOAT32, 4}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i].name, name) == 0) {
            *type = types[i].type;
            *size = types[i].size;
            return true;
        }
    }
    return false;
}

bool bench_is_quantized(arete_element_type type) {
    return type == ARETE_UINT8 || type == ARETE_INT8 || type == ARETE_INT16;
}

arete_affine bench_affine(arete_element_type type, float scale, int32_t offset) {
    return (arete_affine){scale, type == ARETE_UINT8 ? 128 + offset : type == ARETE_INT8 ? offset : 0};
}

void *bench_bytes(size_t bytes, uint64_t seed) {
    void *memory = bench_memory(bytes);
    bench_fill(memory, bytes, seed);
    return memory;
}

void *bench_elements(arete_element_type type, size_t count, uint64_t seed) {
    if (type == ARETE_FLOAT32) {
        uint32_t *bits = bench_bytes(count * 4, seed);
        for (size_t i = 0; i < count; i++) {
            const float value = (float)(bits[i] >> 8) * 0x1p-20f - 8;
            memcpy(&bits[i], &value, sizeof value);
        }
        return bits;
    }
    const size_t size = type == ARETE_INT64                                               ? 8
                        : type == ARETE_INT32                                             ? 4
                        : type == ARETE_BOOL || type == ARETE_INT8 || type == ARETE_UINT8 ? 1
                                                                                          : 2;
    uint8_t *bytes = bench_bytes(count * size, seed);
    for (size_t i = 0; i < count; i++) {
        if (type == ARETE_BOOL) {
            bytes[i] &= 1;
        } else if (type == ARETE_FLOAT16) {
            bytes[2 * i + 1] &= 0xBF; // below 2
        }
    }
    return bytes;
}
