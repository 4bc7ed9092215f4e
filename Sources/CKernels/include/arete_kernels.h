// Umbrella header: every kernel family of the engine.
#pragma once
#include "arete_binary.h"
#include "arete_cast.h"
#include "arete_nest.h"
#include "arete_types.h"
#include "arete_unary.h"
