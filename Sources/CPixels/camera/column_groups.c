// From the taps of a resize to loads and byte permutations.
#include "arete_pixels_camera.h"

enum { LOADED = 16, HALF = 4 };

// Weights in 1/128. The whole weight does not fit a signed byte: it is given to the same pixel twice.
static void put(arete_column_group *group, size_t place, uint32_t base, arete_bilinear_tap tap) {
    const int second = (tap.second_weight + 8) / 16;
    const uint32_t near = second == 128 ? tap.second : tap.first, far = second == 0 ? tap.first : tap.second;
    group->pick[place] = (uint8_t)(near - base);
    group->pick[place + 1] = (uint8_t)(far - base);
    group->weights[place] = (int8_t)(second == 0 ? 127 : second == 128 ? 1 : 128 - second);
    group->weights[place + 1] = (int8_t)(128 - group->weights[place]);
}

int arete_column_groups(const arete_bilinear_tap *taps, size_t count, size_t length, arete_column_group *groups) {
    if (length < LOADED || count == 0) return 0;
    int is_near = 1;
    for (size_t start = 0; start < count; start += 2 * HALF) {
        arete_column_group *group = &groups[start / 8];
        const uint32_t latest = (uint32_t)(length - LOADED);
        const arete_bilinear_tap *last = &taps[start + 7 < count ? start + 7 : count - 1];
        const uint32_t first_base = taps[start].first < latest ? taps[start].first : latest;
        const size_t middle = start + HALF < count ? start + HALF : count - 1;
        const int fits = last->first - first_base < LOADED && last->second - first_base < LOADED;
        const uint32_t second_base = taps[middle].first < latest ? taps[middle].first : latest;
        group->base[0] = first_base;
        group->base[1] = fits ? first_base : second_base;
        is_near &= fits;
        for (size_t i = 0; i < 2 * HALF; i++) {
            const arete_bilinear_tap tap = taps[start + i < count ? start + i : count - 1];
            const uint32_t base = group->base[i / HALF];
            if (tap.first - base >= LOADED || tap.second - base >= LOADED) return 0;
            put(group, 2 * i, base, tap);
        }
    }
    return is_near ? 2 : 1;
}
