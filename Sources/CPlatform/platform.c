#define _GNU_SOURCE
#include "arete_platform.h"
#include <errno.h>
#include <malloc.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/timex.h>

int arete_bind_processors(const unsigned char *mask, size_t bytes) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (size_t n = 0; n < bytes * 8 && n < CPU_SETSIZE; n++) {
        if (mask[n / 8] >> (n % 8) & 1) {
            CPU_SET(n, &set);
        }
    }
    return sched_setaffinity(0, sizeof set, &set) == 0 ? 0 : errno;
}

void arete_keep_large_blocks_apart(void) {
#ifdef M_MMAP_THRESHOLD
    // What is the usual size at first; glibc raises it when such a block is freed, unless somebody has set it.
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
}

long arete_clock_doubt(void) {
    struct timex time = {0};
    const int status = adjtimex(&time);
    return status < 0 || status == TIME_ERROR || time.status & STA_UNSYNC ? -1 : time.maxerror / 1000 + 1;
}

int arete_new_bell(void) { return eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC); }
