// Linux' own structures of terminals, which do not go together with those of <termios.h>.
#include "arete_serial.h"
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void ask_for_low_latency(int descriptor) {
    struct serial_struct settings;
    if (ioctl(descriptor, TIOCGSERIAL, &settings) != 0) return;
    settings.flags |= ASYNC_LOW_LATENCY;
    // Drivers that do not know it refuse, and work as well.
    (void)ioctl(descriptor, TIOCSSERIAL, &settings);
}

static int set_up(int descriptor, uint32_t rate) {
    struct termios2 settings;
    if (ioctl(descriptor, TCGETS2, &settings) != 0) return -errno;
    settings.c_iflag = 0;
    settings.c_oflag = 0;
    settings.c_lflag = 0;
    // A modem's carrier tells nothing of a telemetry radio, and a board must not start anew when a program ends.
    settings.c_cflag = BOTHER | CS8 | CREAD | CLOCAL;
    settings.c_ispeed = rate;
    settings.c_ospeed = rate;
    // Then a port that never waits tells apart that nothing came and that nobody is there any more.
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    if (ioctl(descriptor, TCSETS2, &settings) != 0) return -errno;
    struct termios2 found;
    if (ioctl(descriptor, TCGETS2, &found) != 0) return -errno;
    // Hardware that has no such rate takes another one and says so here: 3 % is what a start bit bears.
    const uint64_t wanted = rate;
    const uint64_t given = found.c_ospeed;
    if (given * 100 < wanted * 97 || given * 100 > wanted * 103) return -ERANGE;
    ask_for_low_latency(descriptor);
    return 0;
}

int arete_serial_open(const char *path, uint32_t rate) {
    const int descriptor = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return -errno;
    int status = 0;
    // The first keeps out programs that do not look, the second those of root that do.
    if (ioctl(descriptor, TIOCEXCL) != 0) status = -errno;
    if (status == 0 && flock(descriptor, LOCK_EX | LOCK_NB) != 0) status = errno == EWOULDBLOCK ? -EBUSY : -errno;
    if (status == 0) status = set_up(descriptor, rate);
    if (status == 0) return descriptor;
    close(descriptor);
    return status;
}

int arete_serial_unsent(int descriptor) {
    int count = 0;
    return ioctl(descriptor, TIOCOUTQ, &count) == 0 ? count : -errno;
}

int arete_serial_flush(int descriptor) { return ioctl(descriptor, TCFLSH, TCIOFLUSH) == 0 ? 0 : -errno; }

int arete_serial_set_line(int descriptor, int line, bool is_raised) {
    const int bits = line == ARETE_SERIAL_DTR ? TIOCM_DTR : TIOCM_RTS;
    return ioctl(descriptor, is_raised ? TIOCMBIS : TIOCMBIC, &bits) == 0 ? 0 : -errno;
}
