// What each x86 instruction set replaces in the table of kernels.
#pragma once
#include "arete_kernels.h"

/// Whether the machine is an x86 with what the set's kernels use.
ARETE_AT_LOAD bool arete_x86_available(arete_isa isa);

/// Lays the entries of `isa` and of all that it includes over `kernels`.
ARETE_AT_LOAD void arete_x86_install(arete_isa isa, struct arete_kernels *kernels);

ARETE_AT_LOAD void arete_avx2_install(struct arete_kernels *kernels);
ARETE_AT_LOAD void arete_avxvnni_install(struct arete_kernels *kernels);
ARETE_AT_LOAD void arete_avx512vl_install(struct arete_kernels *kernels);
ARETE_AT_LOAD void arete_avx512vnni_install(struct arete_kernels *kernels);
ARETE_AT_LOAD void arete_avx512vbmi_install(struct arete_kernels *kernels);

// Kernel families with entries of their own in several sets.
ARETE_AT_LOAD void arete_avx2_install_elementwise(struct arete_kernels *kernels);
ARETE_AT_LOAD void arete_avx512_install_elementwise(struct arete_kernels *kernels);
ARETE_AT_LOAD void arete_avx2_install_images(struct arete_kernels *kernels);
ARETE_AT_LOAD void arete_avx512_install_images(struct arete_kernels *kernels);
