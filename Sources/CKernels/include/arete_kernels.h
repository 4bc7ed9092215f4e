// Umbrella header: every kernel family of the engine.
#pragma once
#include "arete_types.h"
