// The page's files, within the program.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *name;
    const uint8_t *bytes;
    size_t count;
} arete_page_file;

/// The file at `index` of those in Sources/Station/Page, by their names; its name is null behind the last.
arete_page_file arete_station_page(size_t index);
