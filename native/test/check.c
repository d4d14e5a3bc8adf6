#include "check.h"

#include <string.h>

const char *check_running = "";

void check_equal(int64_t actual, int64_t expected, const char *what, const char *file, int line)
{
	if (actual == expected)
		return;
	fprintf(stderr, "%s:%d: %s: %s: %" PRId64 " is not %" PRId64 "\n", file, line,
		check_running, what, actual, expected);
	exit(1);
}

void check_bytes(const void *actual, const void *expected, size_t length_bytes, const char *what,
		 const char *file, int line)
{
	const uint8_t *a = actual;
	const uint8_t *e = expected;

	for (size_t i = 0; i < length_bytes; i++) {
		if (a[i] == e[i])
			continue;
		fprintf(stderr, "%s:%d: %s: %s: byte %zu: %02x is not %02x\n", file, line,
			check_running, what, i, a[i], e[i]);
		exit(1);
	}
}
