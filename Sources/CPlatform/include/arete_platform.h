// Calls of the operating system that Swift does not see; those for pools of threads are in arete_threads.h.
#pragma once
#include <stddef.h>

/// Restricts the calling thread, and those it makes later, to the processors whose bits are set: bit n of the mask is
/// bit n % 8 of byte n / 8. Returns 0, or an error number.
int arete_bind_processors(const unsigned char *mask, size_t bytes);
