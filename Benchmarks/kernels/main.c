// Times kernels over the shapes of files, instruction set by instruction set, and checks their results while it does.
#include "bench.h"
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    bench_family run;
} families[] = {{"arg", bench_arg},
                {"binary", bench_binary},
                {"cast", bench_cast},
                {"compare", bench_compare},
                {"dense", bench_dense},
                {"depthwise", bench_depthwise},
                {"dequantize", bench_dequantize},
                {"dynamic", bench_dynamic},
                {"dynamic-finish", bench_dynamic_finish},
                {"dynamic-real", bench_dynamic_real},
                {"dynamic-whole", bench_dynamic_whole},
                {"expectation", bench_expectation},
                {"gather", bench_gather},
                {"lstm", bench_lstm},
                {"nearest", bench_nearest},
                {"pad", bench_pad},
                {"pick", bench_pick},
                {"pool", bench_pool},
                {"product", bench_product},
                {"quantize", bench_quantize},
                {"range", bench_range},
                {"reduce", bench_reduce},
                {"requantize", bench_requantize},
                {"resize", bench_resize},
                {"slice", bench_slice},
                {"softmax", bench_softmax},
                {"svdf", bench_svdf},
                {"table", bench_table},
                {"top", bench_top},
                {"transpose", bench_transpose},
                {"unary", bench_unary},
                {"winograd", bench_winograd}};

static bool run_line(const char *line, const bench_set *sets, size_t count) {
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        const size_t length = strlen(families[i].name);
        if (strncmp(line, families[i].name, length) == 0 && line[length] == ' ') {
            return families[i].run(line + length, sets, count);
        }
    }
    return false;
}

static bool run_file(const char *path, const bench_set *sets, size_t count) {
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fprintf(stderr, "bench-kernels: cannot read %s\n", path);
        return false;
    }
    char line[256];
    bool good = true;
    for (size_t number = 1; fgets(line, sizeof line, file) != NULL; number++) {
        line[strcspn(line, "#\n")] = 0;
        if (line[strspn(line, " ")] != 0 && !run_line(line, sets, count)) {
            fprintf(stderr, "bench-kernels: %s:%zu: no such shape, or its results are wrong\n", path, number);
            good = false;
        }
    }
    fclose(file);
    return good;
}

int main(int argc, char **argv) {
    bench_set sets[ARETE_ISA_COUNT];
    const char *only = NULL;
    int first = 1;
    if (argc > 2 && strcmp(argv[1], "--isa") == 0) {
        only = argv[2];
        first = 3;
    }
    size_t count = 0;
    for (int isa = 1; isa < ARETE_ISA_COUNT; isa++) {
        const char *name = arete_isa_name((arete_isa)isa);
        if ((only == NULL || strcmp(only, name) == 0) && arete_kernels_fill((arete_isa)isa, &sets[count].kernels)) {
            sets[count++].name = name;
        }
    }
    if (first >= argc || count == 0) {
        fprintf(stderr, "usage: kernel-bench [--isa NAME] SHAPES...\n");
        return 2;
    }
    bool good = true;
    for (int i = first; i < argc; i++) {
        good = run_file(argv[i], sets, count) && good;
    }
    return good ? 0 : 1;
}
