// Serial ports at any rate: the settings of Linux that C's own library does not reach.
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// Opens a port: raw, 8 bits, no parity, one stop bit, no flow control, never waiting, for this program alone. Low
/// latency is asked for where the driver knows it. The modem lines are not dropped when it is closed. Returns a
/// descriptor, or a negative error number.
int arete_serial_open(const char *path, uint32_t rate);

/// Bytes that were written and not yet sent, or a negative error number.
int arete_serial_unsent(int descriptor);

/// Throws away what came and was not read, and what was written and not sent. Returns 0, or a negative error number.
int arete_serial_flush(int descriptor);

/// The lines that a program sets.
enum { ARETE_SERIAL_DTR = 1, ARETE_SERIAL_RTS = 2 };

/// Raises or drops a line. Returns 0, or a negative error number.
int arete_serial_set_line(int descriptor, int line, bool is_raised);
