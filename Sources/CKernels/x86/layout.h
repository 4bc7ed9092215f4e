// Data movement by instruction set, as the functions of the same names without its own.
#pragma once
#include "arete_copy.h"
#include "arete_index.h"
#include "arete_pick.h"

void arete_copy_avx2(size_t element_size, const arete_nest *nest, void *y, const void *x, size_t begin, size_t end);
void arete_pad_avx2(const arete_pad_plan *plan, const void *x, const void *value, void *y, size_t begin, size_t end);

bool arete_gather_avx2(const arete_gather_plan *plan, const void *x, const void *indices, void *y, size_t begin,
                       size_t end);
bool arete_gather_avx512(const arete_gather_plan *plan, const void *x, const void *indices, void *y, size_t begin,
                         size_t end);
bool arete_gather_vbmi(const arete_gather_plan *plan, const void *x, const void *indices, void *y, size_t begin,
                       size_t end);

void arete_pick_rows_avx2(const arete_pick *pick, const uint8_t *x, size_t x_pitch, uint8_t *y, size_t y_pitch,
                          size_t rows);
void arete_pick_rows_avx512(const arete_pick *pick, const uint8_t *x, size_t x_pitch, uint8_t *y, size_t y_pitch,
                            size_t rows);
void arete_pick_rows_vbmi(const arete_pick *pick, const uint8_t *x, size_t x_pitch, uint8_t *y, size_t y_pitch,
                          size_t rows);
