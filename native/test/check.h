/* Checks that end the program, and the frame every test program shares. */
#ifndef CHECK_H
#define CHECK_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The running test, for the failure message. */
extern const char *check_running;

#define CHECK(condition)                                                                       \
	do {                                                                                   \
		if (!(condition)) {                                                            \
			fprintf(stderr, "%s:%d: %s: not so: %s\n", __FILE__, __LINE__,         \
				check_running, #condition);                                    \
			exit(1);                                                               \
		}                                                                              \
	} while (0)

#define CHECK_EQ(actual, expected)                                                             \
	check_equal((int64_t)(actual), (int64_t)(expected), #actual " is " #expected, __FILE__, \
		    __LINE__)

#define CHECK_BYTES(actual, expected, length_bytes)                                            \
	check_bytes((actual), (expected), (length_bytes), #actual " is " #expected, __FILE__,  \
		    __LINE__)

#define RUN(test)                                                                              \
	do {                                                                                   \
		check_running = #test;                                                         \
		test();                                                                        \
	} while (0)

void check_equal(int64_t actual, int64_t expected, const char *what, const char *file, int line);

void check_bytes(const void *actual, const void *expected, size_t length_bytes, const char *what,
		 const char *file, int line);

#endif
