// Answers CPUID without AVX-512 (and, with ARETE_CPUID_FILTER=avx2, without AVX-VNNI), for libraries whose CPUID
// instructions have been replaced by UD2 in a copy: they then choose the kernels of a processor that ends at AVX2.
// Loaded before them.
#define _GNU_SOURCE
#include <cpuid.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

static unsigned keeps_avx_vnni;

static unsigned without(unsigned bits, const unsigned char *numbers, size_t count) {
    for (size_t i = 0; i < count; i++) {
        bits &= ~(1u << numbers[i]);
    }
    return bits;
}

static void answer(int signal, siginfo_t *info, void *opaque) {
    (void)info;
    greg_t *registers = ((ucontext_t *)opaque)->uc_mcontext.gregs;
    const unsigned char *code = (const unsigned char *)registers[REG_RIP];
    if (code[0] != 0x0f || code[1] != 0x0b) {
        struct sigaction usual;
        memset(&usual, 0, sizeof usual);
        usual.sa_handler = SIG_DFL;
        sigaction(signal, &usual, NULL);
        return;
    }
    const unsigned leaf = (unsigned)registers[REG_RAX], part = (unsigned)registers[REG_RCX];
    unsigned eax, ebx, ecx, edx;
    __cpuid_count(leaf, part, eax, ebx, ecx, edx);
    if (leaf == 7 && part == 0) {
        static const unsigned char b[] = {16, 17, 21, 26, 27, 28, 30, 31}, c[] = {1, 6, 11, 12, 14},
                                   d[] = {2, 3, 8, 22, 23, 24, 25};
        ebx = without(ebx, b, sizeof b);
        ecx = without(ecx, c, sizeof c);
        edx = without(edx, d, sizeof d);
    } else if (leaf == 7 && part == 1) {
        static const unsigned char a[] = {5, 21, 23}, d[] = {4, 5, 8, 10, 19, 21};
        eax = without(eax, a, sizeof a);
        edx = without(edx, d, sizeof d);
        if (!keeps_avx_vnni) {
            eax &= ~(1u << 4);
        }
    }
    registers[REG_RAX] = eax;
    registers[REG_RBX] = ebx;
    registers[REG_RCX] = ecx;
    registers[REG_RDX] = edx;
    registers[REG_RIP] += 2;
}

__attribute__((constructor)) static void install(void) {
    const char *name = getenv("ARETE_CPUID_FILTER");
    keeps_avx_vnni = name && strcmp(name, "avxvnni") == 0;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = answer;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGILL, &action, NULL);
}
