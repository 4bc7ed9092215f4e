// libmodbus, brought in when it is needed: programs start without it.
#pragma once
#if __has_include(<modbus/modbus.h>)
#define ARETE_HAS_MODBUS 1
#include <modbus/modbus.h>

#define ARETE_MODBUS(X)                                                                                                \
    X(modbus_close)                                                                                                    \
    X(modbus_connect)                                                                                                  \
    X(modbus_free)                                                                                                     \
    X(modbus_new_tcp_pi)                                                                                               \
    X(modbus_set_byte_timeout)                                                                                         \
    X(modbus_set_response_timeout) X(modbus_set_slave) X(modbus_strerror) X(modbus_write_bit)

/// The functions under their own names.
typedef struct {
#define ARETE_MEMBER(name) __typeof__(name) *name;
    ARETE_MODBUS(ARETE_MEMBER)
#undef ARETE_MEMBER
} arete_libmodbus;

#define ARETE_MODBUS_LIBRARY "libmodbus.so.5"

/// Null where the library is not there.
const arete_libmodbus *arete_libmodbus_loaded(void);
#endif
