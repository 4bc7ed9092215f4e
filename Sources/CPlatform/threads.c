#define _GNU_SOURCE
#include "arete_threads.h"
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

void arete_futex_wait(const uint32_t *word, uint32_t value) {
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

void arete_futex_wake(const uint32_t *word) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0); }

int arete_thread_processors(pthread_t thread, unsigned char *mask, size_t bytes) {
    cpu_set_t set;
    int status = pthread_getaffinity_np(thread, sizeof set, &set);
    memset(mask, 0, bytes);
    for (size_t n = 0; status == 0 && n < bytes * 8 && n < CPU_SETSIZE; n++) {
        if (CPU_ISSET(n, &set)) {
            mask[n / 8] |= (unsigned char)(1 << n % 8);
        }
    }
    return status;
}

int arete_bind_thread(pthread_t thread, const unsigned char *mask, size_t bytes) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (size_t n = 0; n < bytes * 8 && n < CPU_SETSIZE; n++) {
        if (mask[n / 8] >> (n % 8) & 1) {
            CPU_SET(n, &set);
        }
    }
    return pthread_setaffinity_np(thread, sizeof set, &set);
}

int arete_current_processor(void) { return sched_getcpu(); }

// On Linux a thread has a priority of its own.
void arete_let_others_first(void) { setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 19); }

int arete_start_thread(pthread_t *thread, void *(*body)(void *), void *argument) {
    sigset_t all, before;
    sigfillset(&all);
    // What a fault of the thread itself raises must still be reported, and profilers count with SIGPROF.
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPROF};
    for (size_t n = 0; n < sizeof own / sizeof *own; n++) {
        sigdelset(&all, own[n]);
    }
    // A new thread inherits the mask.
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int status = pthread_create(thread, NULL, body, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}
