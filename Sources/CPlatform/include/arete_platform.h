// Calls of the operating system that Swift does not see; those for pools of threads are in arete_threads.h.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Restricts the calling thread, and those it makes later, to the processors whose bits are set: bit n of the mask is
/// bit n % 8 of byte n / 8. Returns 0, or an error number.
int arete_bind_processors(const unsigned char *mask, size_t bytes);

/// A 128-bit sum of `count` bytes. Whoever does not know the seed cannot make two texts of one sum on purpose.
void arete_hash128(const void *bytes, size_t count, const uint64_t seed[2], uint64_t hash[2]);

/// Numbers that differ between builds of the code that calls this: size, change time and place of the program's file,
/// or of the shared library's. All zeros where the system does not tell.
void arete_code_identity(uint64_t identity[4]);

/// Keeps large blocks of memory apart from small ones, from now on: each goes back to the system when it is freed. For
/// programs that run for months: among the small ones, large blocks come to lie in ever more places.
void arete_keep_large_blocks_apart(void);

/// A descriptor that becomes readable when somebody writes 8 bytes to it, however often, and not so when they are read;
/// negative where there is none.
int arete_new_bell(void);

/// Milliseconds by which the clock of the world's time may be off; negative where nothing keeps it right.
long arete_clock_doubt(void);
