// Which x86 instruction sets this machine has.
#include "tables.h"

#if defined(__x86_64__)
#include <cpuid.h>

// The compiler's own test knows this set from clang 18 on only.
static bool has_avxvnni(void) {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & (1U << 4)) != 0;
}

bool arete_x86_available(arete_isa isa) {
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                        __builtin_cpu_supports("avx512vnni");
    switch (isa) {
    case ARETE_ISA_AVX2:
        return avx2;
    case ARETE_ISA_AVXVNNI:
        return avx2 && has_avxvnni();
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
