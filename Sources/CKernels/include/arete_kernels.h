// Umbrella header: every kernel family of the engine, and the table that chooses them.
#pragma once
#include "arete_binary.h"
#include "arete_cast.h"
#include "arete_conv.h"
#include "arete_copy.h"
#include "arete_index.h"
#include "arete_matmul.h"
#include "arete_nest.h"
#include "arete_normalize.h"
#include "arete_reduce.h"
#include "arete_patches.h"
#include "arete_requantize.h"
#include "arete_series.h"
#include "arete_types.h"
#include "arete_unary.h"

/// One function pointer per kernel; instruction sets replace entries of the scalar table.
struct arete_kernels {
    struct arete_conv_kernels conv;
    struct arete_matmul_kernels matmul;
};

/// The portable kernels, whose bits every other table has to match.
const struct arete_kernels *arete_kernels_scalar(void);
