// Brings libdmtx in, once, and lets a process of its own search pictures with it.
//
// libdmtx checks itself with assertions, which are part of Debian's build and end the program, and a part may carry any
// symbol: what would end is the child. Its time is bounded too, whatever libdmtx does.
#define _GNU_SOURCE
#include "arete_codes.h"

#if __has_include(<dmtx.h>)
#include "arete_functions.h"
#include <dmtx.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LIBRARY "libdmtx.so.0"

#define FUNCTIONS(X)                                                                                                   \
    X(dmtxDecodeCreate)                                                                                                \
    X(dmtxDecodeDestroy)                                                                                               \
    X(dmtxDecodeMatrixRegion)                                                                                          \
    X(dmtxImageCreate)                                                                                                 \
    X(dmtxImageDestroy) X(dmtxMessageDestroy) X(dmtxRegionDestroy) X(dmtxRegionFindNext) X(dmtxTimeAdd) X(dmtxTimeNow)

ARETE_FUNCTIONS(LIBRARY, FUNCTIONS)

const char *arete_matrix_absence(void) {
    return is_loaded() ? 0 : LIBRARY " is not on this machine: install Debian's libdmtx0t64 (libdmtx0b on Debian 12)";
}

/// Texts that are handed over, each after its length in four bytes, and a length of nothing after the last when the
/// whole picture was searched; more there are on no picture of a part.
enum { MOST_BYTES = 65536, MOST_TEXT = 4092 };

/// A symbol's bytes, or what fits.
static bool tell(int to, const unsigned char *text, size_t length) {
    unsigned char message[4 + MOST_TEXT];
    if (length > MOST_TEXT) length = MOST_TEXT;
    for (int i = 0; i < 4; i++) message[i] = (unsigned char)(length >> 8 * i);
    for (size_t i = 0; i < length; i++) message[4 + i] = text[i];
    // No longer than what a pipe takes in one piece.
    return write(to, message, 4 + length) == (ssize_t)(4 + length);
}

static long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/// In the child. A process of one thread, whatever its parent had.
static void search(const uint8_t *grey, unsigned width, unsigned height, int milliseconds, int to) {
    const long end = now() + milliseconds;
    DmtxTime deadline = functions.dmtxTimeAdd(functions.dmtxTimeNow(), milliseconds);
    // The pixels are read alone.
    DmtxImage *image = functions.dmtxImageCreate((unsigned char *)grey, (int)width, (int)height, DmtxPack8bppK);
    DmtxDecode *decoder = image ? functions.dmtxDecodeCreate(image, 1) : 0;
    if (!decoder) return;
    DmtxRegion *region;
    while ((region = functions.dmtxRegionFindNext(decoder, &deadline))) {
        DmtxMessage *message = functions.dmtxDecodeMatrixRegion(decoder, region, DmtxUndefined);
        if (message && message->outputIdx > 0 && !tell(to, message->output, (size_t)message->outputIdx)) return;
        if (message) functions.dmtxMessageDestroy(&message);
        functions.dmtxRegionDestroy(&region);
    }
    if (now() < end) tell(to, 0, 0);
}

/// What a child must not do: speak, dump its memory, run its parent's handlers, hold its cameras open, outlive it. Who
/// stops the parent does not stop the search, which the parent ends. Its answers go to `ANSWERS` from here on.
enum { ANSWERS = STDERR_FILENO + 1 };
static void become_harmless(int answers, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // It may be gone already.
    if (getppid() != parent) _exit(1);
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    const int deadly[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++) signal(deadly[i], SIG_DFL);
    const int requests[] = {SIGHUP, SIGINT, SIGTERM};
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) signal(requests[i], SIG_IGN);
    // Out of the way of the two that are redirected, where the parent had them closed.
    const int moved = fcntl(answers, F_DUPFD, ANSWERS);
    const int nowhere = open("/dev/null", O_RDWR);
    if (moved < 0 || nowhere < 0) _exit(1);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    if (dup2(moved, ANSWERS) < 0) _exit(1);
    // Where the kernel is older than 5.9, they stay open for as long as the search takes.
    (void)close_range(ANSWERS + 1, ~0U, 0);
}

/// Reads until the other side ends, the memory is full or the time is up; the number of bytes.
static size_t collect(int from, unsigned char *bytes, size_t most, int milliseconds) {
    const long deadline = now() + milliseconds;
    size_t count = 0;
    while (count < most) {
        const long left = deadline - now();
        struct pollfd ready = {.fd = from, .events = POLLIN};
        const int status = left > 0 ? poll(&ready, 1, (int)left) : 0;
        if (status < 0 && errno == EINTR) continue;
        if (status <= 0) break;
        const ssize_t got = read(from, bytes + count, most - count);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        count += (size_t)got;
    }
    return count;
}

/// Pixels of the shorter side of the smallest symbol, were its modules no larger than a pixel.
enum { LEAST_SIDE = 8 };

/// Beyond the time of the search, for the symbol that was begun last.
enum { GRACE = 500 };

arete_codes_status arete_matrix_search(const uint8_t *grey, unsigned width, unsigned height, int milliseconds,
                                       arete_codes_found found, void *context) {
    if (arete_matrix_absence()) return ARETE_CODES_ABSENT;
    if (width < LEAST_SIDE || height < LEAST_SIDE) return ARETE_CODES_OK;
    unsigned char *const bytes = malloc(MOST_BYTES);
    int ends[2];
    if (!bytes || pipe2(ends, O_CLOEXEC) != 0) {
        free(bytes);
        return ARETE_CODES_FAILED;
    }
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
        become_harmless(ends[1], parent);
        search(grey, width, height, milliseconds, ANSWERS);
        _exit(0);
    }
    close(ends[1]);
    const size_t count = child > 0 ? collect(ends[0], bytes, MOST_BYTES, milliseconds + GRACE) : 0;
    close(ends[0]);
    if (child > 0) {
        kill(child, SIGKILL);
        while (waitpid(child, 0, 0) < 0 && errno == EINTR) {
        }
    }
    bool is_complete = false;
    for (size_t at = 0; at + 4 <= count;) {
        size_t length = 0;
        for (int i = 0; i < 4; i++) length |= (size_t)bytes[at + (size_t)i] << 8 * i;
        at += 4;
        is_complete = length == 0;
        if (is_complete || length > count - at) break;
        found(context, (const char *)bytes + at, length);
        at += length;
    }
    free(bytes);
    if (child < 0) return ARETE_CODES_FAILED;
    return is_complete ? ARETE_CODES_OK : ARETE_CODES_CUT_SHORT;
}

#else

const char *arete_matrix_absence(void) {
    return "this build reads no DataMatrix codes: install Debian's libdmtx-dev and build again";
}

arete_codes_status arete_matrix_search(const uint8_t *grey, unsigned width, unsigned height, int milliseconds,
                                       arete_codes_found found, void *context) {
    (void)grey, (void)width, (void)height, (void)milliseconds, (void)found, (void)context;
    return ARETE_CODES_ABSENT;
}
#endif
