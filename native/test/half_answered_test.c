/* A process that dies in the middle of a response, and the one after it. */
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "fake_kernel.h"

#define BATCH 4
#define DIED 42

static struct fake_kernel kernel;
static struct capstan_ring ring;
static struct capstan_command commands[BATCH];

static void die(int signal_number)
{
	(void)signal_number;
	_exit(DIED);
}

/*
 * Puts an entry so that its header is the end of a page and the response the
 * begin of the next, has a child process answer it while that next page is read
 * only, and so stops the child at the first byte of the response.
 */
static uint32_t die_at_the_first_byte_of_the_response(void)
{
	uint32_t position = PAGE_BYTES - 8 - 128;
	uint8_t *next_page;
	int status;
	pid_t child;

	fake_kernel_create(&kernel, 2, 16);
	next_page = kernel.map + PAGE_BYTES;
	fake_kernel_start_at(&kernel, position);
	CHECK_EQ(fake_kernel_queue_plain(&kernel, 8), position);
	ring = fake_kernel_attach(&kernel);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
	fflush(NULL);
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		signal(SIGSEGV, die);
		if (mprotect(next_page, PAGE_BYTES, PROT_READ) != 0)
			_exit(1);
		capstan_ring_complete(&ring, &commands[0], 0x08, 0, NULL, 0);
		_exit(2);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK(WIFEXITED(status));
	CHECK_EQ(WEXITSTATUS(status), DIED);
	return position;
}

static void the_mark_precedes_the_response(void)
{
	uint32_t position = die_at_the_first_byte_of_the_response();

	CHECK_EQ(fake_kernel_entry(&kernel, position)->hdr.uflags, 0x80);
	CHECK_EQ(fake_kernel_mailbox(&kernel)->cmd_tail, position);
	fake_kernel_destroy(&kernel);
}

static void the_next_process_is_told(void)
{
	uint32_t position = die_at_the_first_byte_of_the_response();

	ring = fake_kernel_attach(&kernel);
	CHECK_EQ(capstan_ring_pending(&ring), 120);
	memset(commands, 0xaa, sizeof(commands));
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
	CHECK_EQ(commands[0].fault, CAPSTAN_FAULT_HALF_ANSWERED);
	CHECK_EQ(commands[0].kind, CAPSTAN_KIND_COMMAND);
	CHECK_EQ(commands[0].command_id, 8);
	CHECK_EQ(commands[0].ring_position, position);
	CHECK_EQ(commands[0].cdb_length_bytes, 0);
	CHECK_EQ(commands[0].cdb[0], 0);
	CHECK_EQ(commands[0].iov_count, 0);
	CHECK_EQ(commands[0].data_length_bytes, 0);
	fake_kernel_destroy(&kernel);
}

static void the_next_process_can_answer(void)
{
	static const uint8_t sense[] = {0x70, 0, 0x06, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x29};
	struct fake_completion completion;

	die_at_the_first_byte_of_the_response();
	ring = fake_kernel_attach(&kernel);
	CHECK_EQ(capstan_ring_refuse(&ring, 0x02, sense, sizeof(sense)), 1);
	CHECK_EQ(fake_kernel_reap(&kernel, &completion, 1), 1);
	CHECK_EQ(completion.id, 8);
	CHECK_EQ(completion.status, 0x02);
	CHECK_BYTES(completion.sense, sense, sizeof(sense));
	CHECK_EQ(capstan_ring_pending(&ring), 0);
	fake_kernel_destroy(&kernel);
}

/* A finished response whose cmd_tail was not moved any more. */
static void a_whole_response_without_its_tail(void)
{
	struct fake_completion completion;

	fake_kernel_create(&kernel, 2, 16);
	ring = fake_kernel_attach(&kernel);
	fake_kernel_queue_plain(&kernel, 8);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
	CHECK_EQ(capstan_ring_complete(&ring, &commands[0], 0, 0, NULL, 0), 0);
	fake_kernel_mailbox(&kernel)->cmd_tail = 0;
	ring = fake_kernel_attach(&kernel);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
	CHECK_EQ(commands[0].fault, CAPSTAN_FAULT_HALF_ANSWERED);
	CHECK_EQ(capstan_ring_complete(&ring, &commands[0], 0x08, 0, NULL, 0), 0);
	CHECK_EQ(fake_kernel_reap(&kernel, &completion, 1), 1);
	CHECK_EQ(completion.status, 0x08);
	fake_kernel_destroy(&kernel);
}

/* What it left of the request may be anything. */
static void the_request_is_not_looked_at(void)
{
	struct tcmu_cmd_entry *entry;

	fake_kernel_create(&kernel, 2, 16);
	ring = fake_kernel_attach(&kernel);
	entry = fake_kernel_entry(&kernel, fake_kernel_queue_plain(&kernel, 8));
	memset(&entry->req, 0xff, sizeof(*entry) - sizeof(entry->hdr));
	entry->hdr.uflags = 0x80;
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
	CHECK_EQ(commands[0].fault, CAPSTAN_FAULT_HALF_ANSWERED);
	fake_kernel_destroy(&kernel);
}

/* The kernel clears the entry when it uses the bytes again. */
static void the_mark_does_not_outlive_the_entry(void)
{
	struct fake_completion completion;

	fake_kernel_create(&kernel, 1, 16);
	ring = fake_kernel_attach(&kernel);
	for (uint32_t i = 0; i < 100; i++) {
		CHECK(fake_kernel_queue_plain(&kernel, 8) != NO_ROOM);
		CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
		CHECK_EQ(commands[0].fault, CAPSTAN_FAULT_NONE);
		CHECK_EQ(capstan_ring_complete(&ring, &commands[0], 0, 0, NULL, 0), 0);
		CHECK_EQ(fake_kernel_reap(&kernel, &completion, 1), 1);
	}
	fake_kernel_destroy(&kernel);
}

int main(void)
{
	RUN(the_mark_precedes_the_response);
	RUN(the_next_process_is_told);
	RUN(the_next_process_can_answer);
	RUN(a_whole_response_without_its_tail);
	RUN(the_request_is_not_looked_at);
	RUN(the_mark_does_not_outlive_the_entry);
	return 0;
}
