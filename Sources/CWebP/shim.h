// What Swift and C see of the system library libwebp.
#pragma once
#include <webp/decode.h>
#include <webp/encode.h>
