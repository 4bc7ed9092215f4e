// Which x86 instruction sets this machine has.
#include "tables.h"

#if defined(__x86_64__)

bool arete_x86_available(arete_isa isa) {
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                        __builtin_cpu_supports("avx512vnni");
    switch (isa) {
    case ARETE_ISA_AVX2:
        return avx2;
    case ARETE_ISA_AVXVNNI:
        return avx2 && __builtin_cpu_supports("avxvnni");
    case ARETE_ISA_AVX512VL:
    case ARETE_ISA_AVX512VNNI:
        return avx512;
    case ARETE_ISA_AVX512VBMI:
        return avx512 && __builtin_cpu_supports("avx512vbmi");
    default:
        return false;
    }
}

void arete_x86_install(arete_isa isa, struct arete_kernels *kernels) {
    if (isa == ARETE_ISA_SCALAR) {
        return;
    }
    arete_avx2_install(kernels);
    if (isa == ARETE_ISA_AVXVNNI) {
        arete_avxvnni_install(kernels);
    }
    if (isa >= ARETE_ISA_AVX512VL) {
        arete_avx512vl_install(kernels);
    }
    if (isa >= ARETE_ISA_AVX512VNNI) {
        arete_avx512vnni_install(kernels);
    }
    if (isa >= ARETE_ISA_AVX512VBMI) {
        arete_avx512vbmi_install(kernels);
    }
}

#else

bool arete_x86_available(arete_isa isa) {
    (void)isa;
    return false;
}

void arete_x86_install(arete_isa isa, struct arete_kernels *kernels) {
    (void)isa;
    (void)kernels;
}

#endif
