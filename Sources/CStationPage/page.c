// Each file's bytes are laid into the program by the assembler, which takes no time however many there are.
// `files.inc` names them; `scripts/page.sh` writes it.
#include "arete_station_page.h"

// Quiet about names that appear in a text for the assembler alone.
#define SYMBOL(number) arete_page_##number
#define END(number) arete_page_end_##number

#define PAGE_FILE(number, name)                                                                                        \
    extern const uint8_t SYMBOL(number)[] __attribute__((visibility("hidden")));                                       \
    extern const uint8_t END(number)[] __attribute__((visibility("hidden")));                                          \
    __asm__(".pushsection .rodata.arete_page,\"a\",%progbits\n"                                                        \
            ".globl arete_page_" #number ", arete_page_end_" #number "\n"                                              \
            ".hidden arete_page_" #number ", arete_page_end_" #number "\n"                                             \
            "arete_page_" #number ": .incbin \"" name "\"\n"                                                           \
            "arete_page_end_" #number ": .byte 0\n"                                                                    \
            ".popsection\n");
#include "files.inc"
#undef PAGE_FILE

arete_page_file arete_station_page(size_t index) {
    const arete_page_file files[] = {
#define PAGE_FILE(number, name) {name, SYMBOL(number), (size_t)(END(number) - SYMBOL(number))},
#include "files.inc"
        {0, 0, 0},
    };
    const size_t count = sizeof files / sizeof *files;
    return files[index < count ? index : count - 1];
}
