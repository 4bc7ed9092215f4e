// The kernels of avxvnni: 256-bit byte dot products, VEX encoding.
#include "../tables.h"

#if defined(__x86_64__)

void arete_avxvnni_install(struct arete_kernels *kernels) { (void)kernels; }

#endif
