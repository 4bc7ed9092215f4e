// libFuzzer's entry for programs that bring their own `main`, as Swift's do.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// Runs the fuzzer with the command line `argc`, `argv` on `one`, which returns 0.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*one)(const uint8_t *data, size_t size));

/// A folder of this run alone for files that parsers read; scripts/fuzz.sh makes it and takes it away.
static inline const char *fuzz_folder(void) {
    const char *const folder = getenv("TMPDIR");
    return folder ? folder : "/tmp";
}
