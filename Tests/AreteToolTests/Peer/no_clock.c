// A machine without a clock of its own: for a program that this is loaded into, it is 1970.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *time) {
    int (*const real)(clockid_t, struct timespec *) =
        (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    const int status = real(clock, time);
    if (clock == CLOCK_REALTIME) time->tv_sec %= 86400;
    return status;
}
