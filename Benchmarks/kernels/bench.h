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

/// What every set computes from the same inputs, by one entry of the table of kernels. `compute` may be run any number
/// of times and writes all of the output.
typedef struct bench_work {
    char name[64];
    void (*compute)(const struct arete_kernels *kernels, const struct bench_work *work, void *output);
    size_t entry;     // its BENCH_ENTRY
    const void *form; // the family's own
    void *inputs[5];  // of bench_memory, or NULL
    size_t elements;  // counted by the report
    size_t input_bytes, output_bytes;
} bench_work;

/// Where a table of kernels has an entry: sets that share it with the set below are left out.
#define BENCH_ENTRY(field) offsetof(struct arete_kernels, field)

/// Times the portable kernel and that of each set, prints a line for each, and frees the inputs. False when an output
/// is not the portable kernel's, byte for byte.
bool bench_report(bench_work *work, const bench_set *sets, size_t count);

/// A word that a line may have, and what it stands for.
typedef struct {
    const char *name;
    int value;
} bench_word;

/// False when none of the words, which end with a NULL name, is `name`.
bool bench_find(const bench_word *words, const char *name, int *value);
/// An element type by the names of the shape files, and its size.
bool bench_type(const char *name, arete_element_type *type, size_t *size);
/// Whether quantized images and sums have elements of the type: UINT8, INT8, INT16.
bool bench_is_quantized(arete_element_type type);
/// A quantization for operands of the type: no zero point for 16 bits.
arete_affine bench_affine(arete_element_type type, float scale, int32_t offset);

/// Zeroed memory, 64-byte aligned and with 64 bytes behind it; ends the program where there is none.
void *bench_memory(size_t bytes);
void bench_fill(void *memory, size_t bytes, uint64_t seed);
/// Memory of `bytes` bytes, filled.
void *bench_bytes(size_t bytes, uint64_t seed);
/// Memory of `count` elements; floats lie in -8 ..< 8, booleans are 0 and 1.
void *bench_elements(arete_element_type type, size_t count, uint64_t seed);

/// Seconds of processor time of each run: the 10th percentile, the runs taking turns.
void bench_time(const bench_run *runs, size_t count, double *seconds);

// Pools and resizing: pools.c.
bool bench_pool(const char *line, const bench_set *sets, size_t count);
bool bench_resize(const char *line, const bench_set *sets, size_t count);
// Functions of one element or two: elementwise.c, and through tables: tables.c.
bool bench_binary(const char *line, const bench_set *sets, size_t count);
bool bench_compare(const char *line, const bench_set *sets, size_t count);
bool bench_unary(const char *line, const bench_set *sets, size_t count);
bool bench_cast(const char *line, const bench_set *sets, size_t count);
bool bench_table(const char *line, const bench_set *sets, size_t count);
// Between sums, floats and quantized values: conversions.c.
bool bench_quantize(const char *line, const bench_set *sets, size_t count);
bool bench_dequantize(const char *line, const bench_set *sets, size_t count);
bool bench_requantize(const char *line, const bench_set *sets, size_t count);
// Scales found as a model runs: dynamic.c.
bool bench_range(const char *line, const bench_set *sets, size_t count);
bool bench_dynamic(const char *line, const bench_set *sets, size_t count);
bool bench_dynamic_whole(const char *line, const bench_set *sets, size_t count);
bool bench_dynamic_real(const char *line, const bench_set *sets, size_t count);
bool bench_dynamic_finish(const char *line, const bench_set *sets, size_t count);
// Rows that become distributions, single values or places: rows.c.
bool bench_softmax(const char *line, const bench_set *sets, size_t count);
bool bench_expectation(const char *line, const bench_set *sets, size_t count);
bool bench_reduce(const char *line, const bench_set *sets, size_t count);
bool bench_arg(const char *line, const bench_set *sets, size_t count);
bool bench_top(const char *line, const bench_set *sets, size_t count);
// Elements that only move: moves.c.
bool bench_transpose(const char *line, const bench_set *sets, size_t count);
bool bench_slice(const char *line, const bench_set *sets, size_t count);
bool bench_nearest(const char *line, const bench_set *sets, size_t count);
bool bench_gather(const char *line, const bench_set *sets, size_t count);
bool bench_pad(const char *line, const bench_set *sets, size_t count);
bool bench_pick(const char *line, const bench_set *sets, size_t count);
// Recurrent layers and products with matrices: recurrent.c.
bool bench_lstm(const char *line, const bench_set *sets, size_t count);
bool bench_svdf(const char *line, const bench_set *sets, size_t count);
bool bench_product(const char *line, const bench_set *sets, size_t count);
// Convolutions of packed weights: packed.c.
bool bench_depthwise(const char *line, const bench_set *sets, size_t count);
bool bench_dense(const char *line, const bench_set *sets, size_t count);
bool bench_winograd(const char *line, const bench_set *sets, size_t count);
