// Times kernels over the shapes of files, instruction set by instruction set, and checks their results while it does.
#include "bench.h"
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    bench_family run;
} families[] = {{"depthwise", bench_depthwise}, {"dense", bench_dense}};

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
