// Coils of Modbus TCP through libmodbus, which is brought in when the first one is asked for.
#pragma once
#include <stdbool.h>

/// How a call ended; `message` of `arete_modbus_error` says more.
typedef enum {
    ARETE_MODBUS_OK = 0,
    ARETE_MODBUS_REFUSED = 1, ///< the machine answered that it does not do it
    ARETE_MODBUS_FAILED = 2,  ///< the connection is of no more use
    ARETE_MODBUS_ABSENT = 3,  ///< this build or this machine has no libmodbus
} arete_modbus_status;

/// What went wrong, for the person who must act.
typedef struct {
    char message[256];
} arete_modbus_error;

typedef struct arete_modbus arete_modbus;

/// Whether connections can be made at all.
arete_modbus_status arete_modbus_check(arete_modbus_error *error);

/// Connects; null with `status` and `error` where it fails. `patience`: milliseconds for each of the host's addresses,
/// and for each answer later. Names of hosts are looked up first, for as long as that takes.
arete_modbus *arete_modbus_connect(const char *host, const char *port, int unit, int patience,
                                   arete_modbus_status *status, arete_modbus_error *error);

/// Writes a coil and waits for the answer.
arete_modbus_status arete_modbus_write(arete_modbus *modbus, int coil, bool is_on, arete_modbus_error *error);

void arete_modbus_close(arete_modbus *modbus);
