// libmicrohttpd, with what Swift cannot call for its variable arguments.
#pragma once
#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/// A server that runs when it is told to (`MHD_run`), and what it calls then.
typedef struct {
    const struct sockaddr *address;
    bool is_ipv6;
    /// IPv4 too, at an address of IPv6.
    bool is_dual;
    unsigned int connections;
    /// Seconds without a byte after which a connection is closed.
    unsigned int patience;
    /// Bytes for the head of a request, of each connection.
    size_t head_bytes;
    /// PEM; null without TLS.
    const char *certificate, *key;
    MHD_AcceptPolicyCallback accept;
    MHD_NotifyConnectionCallback connection;
    void *(*line)(void *context, const char *target, struct MHD_Connection *connection);
    MHD_AccessHandlerCallback request;
    MHD_RequestCompletedCallback completed;
    void *context;
} arete_http_settings;

/// NULL where it cannot start, with the reason in errno where that is known.
static inline struct MHD_Daemon *arete_http_start(const arete_http_settings *settings) {
    unsigned int flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
    flags |= settings->is_ipv6 ? MHD_USE_IPv6 : 0;
    flags |= settings->is_dual ? MHD_USE_DUAL_STACK : 0;
    flags |= settings->certificate ? MHD_USE_TLS : 0;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)settings->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)settings->key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL},
    };
    if (!settings->certificate) tls[0].option = MHD_OPTION_END;
    return MHD_start_daemon(flags, 0, settings->accept, settings->context, settings->request, settings->context,
                            MHD_OPTION_SOCK_ADDR, settings->address, MHD_OPTION_CONNECTION_LIMIT, settings->connections,
                            MHD_OPTION_CONNECTION_TIMEOUT, settings->patience, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                            settings->head_bytes, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION,
                            settings->connection, settings->context, MHD_OPTION_NOTIFY_COMPLETED, settings->completed,
                            settings->context, MHD_OPTION_URI_LOG_CALLBACK, settings->line, settings->context,
                            MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
}

/// The port that a server listens at; 0 where that is unknown.
static inline unsigned int arete_http_port(struct MHD_Daemon *server) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

/// Readable when the server has something to do; negative where that is unknown.
static inline int arete_http_readiness(struct MHD_Daemon *server) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? info->epoll_fd : -1;
}

/// Negative where it is unknown.
static inline int arete_http_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

/// Of the other side; NULL where it is unknown.
static inline const struct sockaddr *arete_http_peer(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

/// Whether the library can speak TLS.
static inline bool arete_http_has_tls(void) { return MHD_is_feature_supported(MHD_FEATURE_TLS) == MHD_YES; }
