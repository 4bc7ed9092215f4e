#include "arete_platform.h"
#include <string.h>

// Four lanes of 16 bytes each: 64 bytes cost four 64 x 64 bit multiplications that do not wait for each other, so that
// memory is the limit. Each product folds two words that the secret seed has changed.

typedef struct {
    uint64_t low, high;
} words;

static inline uint64_t read_word(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static inline uint64_t folded_product(uint64_t a, uint64_t b) {
    const unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t mixed(uint64_t word) {
    word = (word ^ word >> 31) * 0x9e3779b97f4a7c15;
    word = (word ^ word >> 29) * 0xd6e8feb86659fd93;
    return word ^ word >> 32;
}

void arete_hash128(const void *bytes, size_t count, const uint64_t seed[2], uint64_t hash[2]) {
    const uint8_t *text = bytes;
    uint64_t key[8], lane[4];
    for (size_t n = 0; n < 8; n++) {
        key[n] = mixed(seed[n & 1] + (n + 1) * 0x632be59bd9b4e019) ^ mixed(seed[~n & 1] ^ n);
    }
    for (size_t n = 0; n < 4; n++) {
        lane[n] = key[n] ^ (uint64_t)count;
    }
    size_t left = count;
    uint8_t rest[64];
    while (left > 0) {
        const uint8_t *block = text;
        if (left < sizeof rest) {
            memset(rest, 0, sizeof rest);
            memcpy(rest, text, left);
            block = rest;
        }
        for (size_t n = 0; n < 4; n++) {
            const words pair = {read_word(block + 16 * n), read_word(block + 16 * n + 8)};
            // The rotation makes the order of blocks count.
            lane[n] =
                (lane[n] << 23 | lane[n] >> 41) + folded_product(pair.low ^ key[2 * n], pair.high ^ key[2 * n + 1]);
        }
        text += left < 64 ? left : 64;
        left -= left < 64 ? left : 64;
    }
    uint64_t low = key[4], high = key[5];
    for (size_t n = 0; n < 4; n++) {
        low = mixed(low ^ lane[n]) + folded_product(high ^ key[6], lane[n] ^ key[n]);
        high = mixed(high + lane[n]) ^ folded_product(low ^ key[7], lane[3 - n] ^ key[n + 4]);
    }
    hash[0] = mixed(low);
    hash[1] = mixed(high ^ low);
}
