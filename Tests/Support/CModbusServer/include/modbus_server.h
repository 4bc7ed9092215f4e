// A machine with coils: libmodbus' own server on this machine's loopback, for tests.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    MODBUS_SERVER_OBEYS,
    MODBUS_SERVER_REFUSES, ///< answers with "slave device or server failure"
    MODBUS_SERVER_SILENT,  ///< reads and never answers
} modbus_server_manner;

typedef struct modbus_server modbus_server;

/// Whether there is a libmodbus that tests can serve with.
bool modbus_server_is_possible(void);

/// Serves one client after the other; null where that is impossible. `port` 0: any that is free.
modbus_server *modbus_server_start(int port, modbus_server_manner manner);

int modbus_server_port(const modbus_server *server);

void modbus_server_behave(modbus_server *server, modbus_server_manner manner);

/// A coil's state now.
bool modbus_server_coil(const modbus_server *server, int coil);

/// How often it was switched on or off.
int modbus_server_switches(const modbus_server *server, int coil);

/// Hangs up on the client, who may call again.
void modbus_server_hang_up(modbus_server *server);

/// As when the machine's power fails, but that connections are ended.
void modbus_server_stop(modbus_server *server);
