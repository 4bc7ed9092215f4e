// Chooses the kernels of an instruction set: the portable ones, with what each better set replaces laid over them.
#include "x86/tables.h"

const char *arete_isa_name(arete_isa isa) {
    static const char *const names[ARETE_ISA_COUNT] = {"scalar",   "avx2",       "avxvnni",
                                                       "avx512vl", "avx512vnni", "avx512vbmi"};
    return (unsigned)isa < ARETE_ISA_COUNT ? names[isa] : 0;
}

bool arete_isa_available(arete_isa isa) { return isa == ARETE_ISA_SCALAR || arete_x86_available(isa); }

bool arete_kernels_fill(arete_isa isa, struct arete_kernels *kernels) {
    if (!arete_isa_available(isa)) {
        return false;
    }
    *kernels = *arete_kernels_scalar();
    arete_x86_install(isa, kernels);
    return true;
}
