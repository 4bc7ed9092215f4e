// What Swift sees of the system library libsodium.
#pragma once
#include <sodium/crypto_hash_sha256.h>
