#define _GNU_SOURCE
#include "arete_platform.h"
#include <errno.h>
#include <sched.h>

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
