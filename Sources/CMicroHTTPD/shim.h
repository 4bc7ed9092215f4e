// libmicrohttpd, with what Swift cannot call for its variable arguments.
#pragma once
#include <microhttpd.h>
#include <sys/socket.h>

/// A server of its own thread at `address`; NULL where it cannot start, with the reason in errno.
static inline struct MHD_Daemon *arete_http_start(const struct sockaddr *address, int isIPv6, unsigned int connections,
                                                  unsigned int timeoutSeconds, MHD_AccessHandlerCallback handler,
                                                  void *context) {
    unsigned int flags = MHD_USE_AUTO_INTERNAL_THREAD | (isIPv6 ? MHD_USE_IPv6 : 0);
    return MHD_start_daemon(flags, 0, NULL, NULL, handler, context, MHD_OPTION_SOCK_ADDR, address,
                            MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT, timeoutSeconds,
                            MHD_OPTION_END);
}

/// The port that a server listens at; 0 where that is unknown.
static inline unsigned int arete_http_port(struct MHD_Daemon *server) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}
