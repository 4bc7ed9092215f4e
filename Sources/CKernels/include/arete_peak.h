// What the core can do in int8 arithmetic, apart from any network: the measure that kernels are held against.
#pragma once
#include "arete_isa.h"
#include <stddef.h>
#include <stdint.h>

/// Bytes of operands that `arete_peak_tile` reads; they fit a first-level cache of 32 KiB.
#define ARETE_PEAK_TILE_BYTES 24576

/// Multiplies bytes that stay in registers, `rounds` times over all accumulators, with the instructions of `isa`.
/// Returns the multiply-accumulates done, 0 for a set without such a loop. `sink` takes a result, so that none is left
/// out.
size_t arete_peak_registers(arete_isa isa, size_t rounds, int32_t *sink);

/// The same with operands read from `operands` (ARETE_PEAK_TILE_BYTES of them, aligned to 64) as a matrix kernel reads
/// them: rows of activations broadcast against vectors of weights. Slower than registers alone where something else
/// uses the core.
size_t arete_peak_tile(arete_isa isa, size_t rounds, const uint8_t *operands, int32_t *sink);
