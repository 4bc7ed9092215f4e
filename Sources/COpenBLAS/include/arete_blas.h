// OpenBLAS, loaded when the first product asks for it: as a linked library it would start its threads with every
// process, which take processor time for a tenth of a second even if nothing is ever multiplied.
#pragma once
#include <cblas.h>
#include <stdbool.h>

/// Loads the library, kept to one thread a call: the engine's own threads share the work. Not for several threads at
/// once. False where it is not installed.
bool arete_blas_load(void);

/// cblas_sgemm of the loaded library.
void arete_sgemm(CBLAS_ORDER order, CBLAS_TRANSPOSE transpose_a, CBLAS_TRANSPOSE transpose_b, int m, int n, int k,
                 float alpha, const float *a, int a_pitch, const float *b, int b_pitch, float beta, float *c,
                 int c_pitch);
