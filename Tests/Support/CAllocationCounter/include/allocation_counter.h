// Counts the allocations of the calling thread between two calls, by standing in for malloc and its kin.
#pragma once
#include <stdbool.h>
#include <stddef.h>

/// Whether allocations can be counted in this build: not under a sanitizer, which has an allocator of its own.
bool allocation_counter_works(void);

/// Starts from zero.
void allocation_counter_start(void);

/// Stops and tells how often this thread asked for memory since the start. Other tests run beside it on other threads.
size_t allocation_counter_stop(void);
