// Serves coils with libmodbus, which is brought in as in what ships.
#include "modbus_server.h"

#if __has_include(<modbus/modbus.h>)
#include <dlfcn.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define FUNCTIONS(X)                                                                                                   \
    X(modbus_new_tcp)                                                                                                  \
    X(modbus_tcp_listen)                                                                                               \
    X(modbus_tcp_accept)                                                                                               \
    X(modbus_receive)                                                                                                  \
    X(modbus_reply)                                                                                                    \
    X(modbus_reply_exception) X(modbus_mapping_new) X(modbus_mapping_free) X(modbus_close) X(modbus_free)

#define MEMBER(name) __typeof__(name) *name;
typedef struct {
    FUNCTIONS(MEMBER)
} library;

enum { COILS = 64 };

struct modbus_server {
    library library;
    modbus_t *context;
    modbus_mapping_t *mapping;
    pthread_t thread;
    int listening;
    int port;
    atomic_int client;
    atomic_int manner;
    atomic_bool is_stopped;
    atomic_bool coils[COILS];
    atomic_int switches[COILS];
};

static bool load(library *library) {
    void *const handle = dlopen("libmodbus.so.5", RTLD_NOW | RTLD_LOCAL);
    bool is_complete = handle != 0;
#define LOAD(name)                                                                                                     \
    library->name = (__typeof__(library->name))(handle ? dlsym(handle, #name) : 0);                                    \
    is_complete = is_complete && library->name;
    FUNCTIONS(LOAD)
    return is_complete;
}

bool modbus_server_is_possible(void) {
    library library;
    return load(&library);
}

// Of a coil that is to be written: before the answer, on which the client may look.
static void note(modbus_server *server, const uint8_t *request, int length) {
    if (length < 12 || request[7] != MODBUS_FC_WRITE_SINGLE_COIL) return;
    const int coil = request[8] << 8 | request[9];
    const bool is_on = request[10] == 0xff;
    if (coil < COILS && atomic_exchange(&server->coils[coil], is_on) != is_on)
        atomic_fetch_add(&server->switches[coil], 1);
}

static void answer(modbus_server *server, const uint8_t *request, int length) {
    switch (atomic_load(&server->manner)) {
    case MODBUS_SERVER_SILENT:
        return;
    case MODBUS_SERVER_REFUSES:
        server->library.modbus_reply_exception(server->context, request, MODBUS_EXCEPTION_SLAVE_OR_SERVER_FAILURE);
        return;
    default:
        break;
    }
    note(server, request, length);
    server->library.modbus_reply(server->context, request, length, server->mapping);
}

static void *serve(void *argument) {
    modbus_server *const server = argument;
    uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
    while (!atomic_load(&server->is_stopped)) {
        const int client = server->library.modbus_tcp_accept(server->context, &server->listening);
        if (client < 0) continue;
        atomic_store(&server->client, client);
        while (!atomic_load(&server->is_stopped)) {
            const int length = server->library.modbus_receive(server->context, request);
            if (length < 0) break;
            if (length > 0) answer(server, request, length);
        }
        atomic_store(&server->client, -1);
        server->library.modbus_close(server->context);
    }
    return 0;
}

modbus_server *modbus_server_start(int port, modbus_server_manner manner) {
    modbus_server *const server = calloc(1, sizeof *server);
    if (!server || !load(&server->library)) {
        free(server);
        return 0;
    }
    atomic_store(&server->client, -1);
    atomic_store(&server->manner, manner);
    server->context = server->library.modbus_new_tcp("127.0.0.1", port);
    server->mapping = server->library.modbus_mapping_new(COILS, 0, 0, 0);
    server->listening = server->library.modbus_tcp_listen(server->context, 4);
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    if (server->listening < 0 || getsockname(server->listening, (struct sockaddr *)&address, &size) != 0 ||
        pthread_create(&server->thread, 0, serve, server) != 0) {
        server->library.modbus_free(server->context);
        server->library.modbus_mapping_free(server->mapping);
        free(server);
        return 0;
    }
    server->port = ntohs(address.sin_port);
    return server;
}

int modbus_server_port(const modbus_server *server) { return server->port; }

void modbus_server_behave(modbus_server *server, modbus_server_manner manner) { atomic_store(&server->manner, manner); }

bool modbus_server_coil(const modbus_server *server, int coil) { return atomic_load(&server->coils[coil]); }

int modbus_server_switches(const modbus_server *server, int coil) { return atomic_load(&server->switches[coil]); }

void modbus_server_hang_up(modbus_server *server) {
    const int client = atomic_load(&server->client);
    if (client >= 0) shutdown(client, SHUT_RDWR);
}

void modbus_server_stop(modbus_server *server) {
    atomic_store(&server->is_stopped, true);
    shutdown(server->listening, SHUT_RDWR);
    modbus_server_hang_up(server);
    pthread_join(server->thread, 0);
    close(server->listening);
    server->library.modbus_free(server->context);
    server->library.modbus_mapping_free(server->mapping);
    free(server);
}

#else

bool modbus_server_is_possible(void) { return false; }

modbus_server *modbus_server_start(int port, modbus_server_manner manner) {
    (void)port, (void)manner;
    return 0;
}

int modbus_server_port(const modbus_server *server) {
    (void)server;
    return 0;
}

void modbus_server_behave(modbus_server *server, modbus_server_manner manner) { (void)server, (void)manner; }

bool modbus_server_coil(const modbus_server *server, int coil) {
    (void)server, (void)coil;
    return false;
}

int modbus_server_switches(const modbus_server *server, int coil) {
    (void)server, (void)coil;
    return 0;
}

void modbus_server_hang_up(modbus_server *server) { (void)server; }

void modbus_server_stop(modbus_server *server) { (void)server; }
#endif
