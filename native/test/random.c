#include "random.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "check.h"

uint64_t random_next(struct random_source *source)
{
	uint64_t z = source->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint32_t random_below(struct random_source *source, uint32_t bound)
{
	return (uint32_t)(random_next(source) % bound);
}

bool random_once_in(struct random_source *source, uint32_t times)
{
	return random_below(source, times) == 0;
}

static void run_seed(void (*test)(uint64_t seed), uint64_t seed)
{
	static char running[64];

	snprintf(running, sizeof(running), "CAPSTAN_SEED=%" PRIu64, seed);
	check_running = running;
	test(seed);
}

void random_run_seeds(void (*test)(uint64_t seed), uint32_t fixed_seed_count)
{
	const char *given = getenv("CAPSTAN_SEED");
	uint64_t fresh;

	if (given) {
		run_seed(test, strtoull(given, NULL, 0));
		return;
	}
	for (uint32_t seed = 1; seed <= fixed_seed_count; seed++)
		run_seed(test, seed);
	CHECK_EQ(getrandom(&fresh, sizeof(fresh), 0), sizeof(fresh));
	/* Before the run: a crash must not keep the seed to itself. */
	printf("seed %" PRIu64 "\n", fresh);
	fflush(stdout);
	run_seed(test, fresh);
}
