#define _GNU_SOURCE
#include "arete_platform.h"
#include <link.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/// Whether this code lies in `module`.
static bool is_own(const struct dl_phdr_info *module) {
    const uintptr_t here = (uintptr_t)&arete_code_identity;
    for (size_t n = 0; n < module->dlpi_phnum; n++) {
        const ElfW(Phdr) *segment = &module->dlpi_phdr[n];
        const uintptr_t start = module->dlpi_addr + segment->p_vaddr;
        if (segment->p_type == PT_LOAD && here >= start && here - start < segment->p_memsz) {
            return true;
        }
    }
    return false;
}

static int look_at(struct dl_phdr_info *module, size_t size, void *path) {
    (void)size;
    if (is_own(module)) {
        *(const char **)path = module->dlpi_name;
        return 1;
    }
    return 0;
}

static int let_go_of(struct dl_phdr_info *module, size_t size, void *none) {
    (void)size;
    (void)none;
    if (!is_own(module)) {
        return 0;
    }
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (size_t n = 0; n < module->dlpi_phnum; n++) {
        const ElfW(Phdr) *segment = &module->dlpi_phdr[n];
        const uintptr_t start = module->dlpi_addr + segment->p_vaddr, end = start + segment->p_filesz;
        const uintptr_t first = (start + page - 1) / page * page, last = end / page * page;
        if (segment->p_type == PT_LOAD && !(segment->p_flags & PF_W) && first < last) {
            madvise((void *)first, last - first, MADV_DONTNEED);
        }
    }
    return 1;
}

void arete_let_go_of_code(void) { dl_iterate_phdr(let_go_of, NULL); }

void arete_code_identity(uint64_t identity[4]) {
    memset(identity, 0, 4 * sizeof *identity);
    const char *path = NULL;
    dl_iterate_phdr(look_at, &path);
    struct stat status;
    // The program itself has no name here.
    if (stat(path && *path ? path : "/proc/self/exe", &status) == 0) {
        identity[0] = (uint64_t)status.st_size;
        identity[1] = (uint64_t)status.st_mtim.tv_sec;
        identity[2] = (uint64_t)status.st_mtim.tv_nsec;
        identity[3] = (uint64_t)status.st_ino;
    }
}
