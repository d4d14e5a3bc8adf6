/* A small generator (SplitMix64), so that a seed means the same everywhere. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random_source {
	uint64_t state;
};

uint64_t random_next(struct random_source *source);

/* 0 to bound - 1. */
uint32_t random_below(struct random_source *source, uint32_t bound);

/* True once in so many times. */
bool random_once_in(struct random_source *source, uint32_t times);

/*
 * Runs a test for some fixed seeds and a fresh one, or for CAPSTAN_SEED alone
 * if the environment has it. The fresh seed is printed.
 */
void random_run_seeds(void (*test)(uint64_t seed), uint32_t fixed_seed_count);

#endif
