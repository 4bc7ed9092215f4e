// One connection to a machine that speaks Modbus TCP, by libmodbus, which is brought in when it is needed.
#include "arete_modbus.h"
#include <stdio.h>

#if __has_include(<modbus/modbus.h>)
#include "arete_functions.h"
#include <errno.h>
#include <modbus/modbus.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define LIBRARY "libmodbus.so.5"

#define FUNCTIONS(X)                                                                                                   \
    X(modbus_close)                                                                                                    \
    X(modbus_connect)                                                                                                  \
    X(modbus_free)                                                                                                     \
    X(modbus_new_tcp_pi)                                                                                               \
    X(modbus_set_byte_timeout)                                                                                         \
    X(modbus_set_response_timeout) X(modbus_set_slave) X(modbus_strerror) X(modbus_write_bit)

ARETE_FUNCTIONS(LIBRARY, FUNCTIONS)

struct arete_modbus {
    modbus_t *connection;
    int patience;
};

// The exceptions of the protocol, each an answer.
static bool is_answer(int number) { return number > MODBUS_ENOBASE && number < MODBUS_ENOBASE + MODBUS_EXCEPTION_MAX; }

static arete_modbus_status fail(const arete_modbus *modbus, int number, arete_modbus_error *error) {
    if (number == ETIMEDOUT || number == EINPROGRESS)
        snprintf(error->message, sizeof error->message, "no answer within %d ms", modbus->patience);
    else
        snprintf(error->message, sizeof error->message, "%s",
                 number ? functions.modbus_strerror(number) : "cannot be connected");
    return is_answer(number) ? ARETE_MODBUS_REFUSED : ARETE_MODBUS_FAILED;
}

arete_modbus_status arete_modbus_check(arete_modbus_error *error) {
    if (is_loaded()) return ARETE_MODBUS_OK;
    snprintf(error->message, sizeof error->message, LIBRARY " is not on this machine: install Debian's libmodbus5");
    return ARETE_MODBUS_ABSENT;
}

// Connects to one numeric address.
static bool connect_address(arete_modbus *modbus, const char *address, const char *port, int unit,
                            arete_modbus_error *error) {
    const uint32_t seconds = (uint32_t)modbus->patience / 1000;
    const uint32_t microseconds = (uint32_t)modbus->patience % 1000 * 1000;
    errno = 0;
    modbus->connection = functions.modbus_new_tcp_pi(address, port);
    // No time of their own for single bytes: the whole answer must be there in time.
    if (modbus->connection && functions.modbus_set_slave(modbus->connection, unit) == 0 &&
        functions.modbus_set_response_timeout(modbus->connection, seconds, microseconds) == 0 &&
        functions.modbus_set_byte_timeout(modbus->connection, 0, 0) == 0 &&
        functions.modbus_connect(modbus->connection) == 0)
        return true;
    fail(modbus, errno, error);
    if (modbus->connection) functions.modbus_free(modbus->connection);
    modbus->connection = 0;
    return false;
}

static void connect_host(arete_modbus *modbus, const char *host, const char *port, int unit,
                         arete_modbus_error *error) {
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *addresses = 0;
    const int status = getaddrinfo(host, port, &hints, &addresses);
    if (status != 0) {
        snprintf(error->message, sizeof error->message, "%s", gai_strerror(status));
        return;
    }
    for (const struct addrinfo *address = addresses; address && !modbus->connection; address = address->ai_next) {
        char name[NI_MAXHOST];
        if (getnameinfo(address->ai_addr, address->ai_addrlen, name, sizeof name, 0, 0, NI_NUMERICHOST) != 0) continue;
        if (connect_address(modbus, name, port, unit, error)) break;
    }
    freeaddrinfo(addresses);
}

arete_modbus *arete_modbus_connect(const char *host, const char *port, int unit, int patience,
                                   arete_modbus_status *status, arete_modbus_error *error) {
    *status = arete_modbus_check(error);
    if (*status != ARETE_MODBUS_OK) return 0;
    arete_modbus *const modbus = calloc(1, sizeof *modbus);
    *status = ARETE_MODBUS_FAILED;
    snprintf(error->message, sizeof error->message, "%s", "cannot be connected");
    if (!modbus) return 0;
    modbus->patience = patience;
    connect_host(modbus, host, port, unit, error);
    if (!modbus->connection) {
        free(modbus);
        return 0;
    }
    *status = ARETE_MODBUS_OK;
    return modbus;
}

arete_modbus_status arete_modbus_write(arete_modbus *modbus, int coil, bool is_on, arete_modbus_error *error) {
    errno = 0;
    if (functions.modbus_write_bit(modbus->connection, coil, is_on) == 1) return ARETE_MODBUS_OK;
    return fail(modbus, errno, error);
}

void arete_modbus_close(arete_modbus *modbus) {
    if (!modbus) return;
    functions.modbus_close(modbus->connection);
    functions.modbus_free(modbus->connection);
    free(modbus);
}

#else

arete_modbus_status arete_modbus_check(arete_modbus_error *error) {
    snprintf(error->message, sizeof error->message, "%s",
             "this build has no Modbus: install Debian's libmodbus-dev and build again");
    return ARETE_MODBUS_ABSENT;
}

arete_modbus *arete_modbus_connect(const char *host, const char *port, int unit, int patience,
                                   arete_modbus_status *status, arete_modbus_error *error) {
    (void)host, (void)port, (void)unit, (void)patience;
    *status = arete_modbus_check(error);
    return 0;
}

arete_modbus_status arete_modbus_write(arete_modbus *modbus, int coil, bool is_on, arete_modbus_error *error) {
    (void)modbus, (void)coil, (void)is_on;
    return arete_modbus_check(error);
}

void arete_modbus_close(arete_modbus *modbus) { (void)modbus; }
#endif
