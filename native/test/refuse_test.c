/* Entries that a dead process left behind are answered, not executed. */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "fake_kernel.h"

#define BATCH 16

static const uint8_t POWER_ON[18] = {0x70, 0, 0x06, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x29, 0x00};

static struct fake_kernel kernel;
static struct capstan_ring ring;
static struct capstan_command commands[BATCH];
static struct fake_completion completions[BATCH];

static void create(void)
{
	fake_kernel_create(&kernel, 1, 4);
	ring = fake_kernel_attach(&kernel);
}

static int refuse(void)
{
	return capstan_ring_refuse(&ring, 0x02, POWER_ON, sizeof(POWER_ON));
}

static void check_power_on(const struct fake_completion *completion, uint16_t id)
{
	CHECK_EQ(completion->id, id);
	CHECK_EQ(completion->status, 0x02);
	CHECK_EQ(completion->uflags & 0x7f, 0);
	CHECK_EQ(completion->read_length_bytes, 0);
	CHECK_BYTES(completion->sense, POWER_ON, sizeof(POWER_ON));
}

static void an_empty_ring(void)
{
	create();
	CHECK_EQ(refuse(), 0);
	CHECK_EQ(capstan_ring_pending(&ring), 0);
	fake_kernel_destroy(&kernel);
}

static void every_entry_of_a_dead_process(void)
{
	create();
	for (uint16_t id = 1; id <= 5; id++)
		fake_kernel_queue_plain(&kernel, id);
	ring = fake_kernel_attach(&kernel);
	CHECK_EQ(capstan_ring_pending(&ring), 600);
	CHECK_EQ(refuse(), 5);
	CHECK_EQ(capstan_ring_pending(&ring), 0);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 0);
	CHECK_EQ(fake_kernel_reap(&kernel, completions, BATCH), 5);
	for (uint16_t id = 1; id <= 5; id++)
		check_power_on(&completions[id - 1], id);
	fake_kernel_destroy(&kernel);
}

static void the_ring_goes_on_afterwards(void)
{
	create();
	fake_kernel_queue_plain(&kernel, 1);
	CHECK_EQ(refuse(), 1);
	fake_kernel_queue_plain(&kernel, 2);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
	CHECK_EQ(commands[0].command_id, 2);
	CHECK_EQ(capstan_ring_complete(&ring, &commands[0], 0, 0, NULL, 0), 0);
	CHECK_EQ(fake_kernel_reap(&kernel, completions, BATCH), 2);
	CHECK_EQ(completions[1].status, 0);
	fake_kernel_destroy(&kernel);
}

static void drained_and_undrained_alike(void)
{
	create();
	for (uint16_t id = 1; id <= 5; id++)
		fake_kernel_queue_plain(&kernel, id);
	CHECK_EQ(capstan_ring_drain(&ring, commands, 3), 3);
	CHECK_EQ(capstan_ring_complete(&ring, &commands[0], 0, 0, NULL, 0), 0);
	CHECK_EQ(refuse(), 4);
	/* The descriptors are void. */
	CHECK_EQ(capstan_ring_complete(&ring, &commands[1], 0, 0, NULL, 0), -EINVAL);
	CHECK_EQ(fake_kernel_reap(&kernel, completions, BATCH), 5);
	CHECK_EQ(completions[0].status, 0);
	for (uint16_t id = 2; id <= 5; id++)
		check_power_on(&completions[id - 1], id);
	fake_kernel_destroy(&kernel);
}

static void entries_of_every_kind(void)
{
	static const uint16_t aborted[] = {1};
	uint32_t unknown;

	create();
	fake_kernel_start_at(&kernel, kernel.ring_length_bytes - 240);
	fake_kernel_queue_plain(&kernel, 1);
	fake_kernel_queue_task_management(&kernel, TCMU_TMR_ABORT_TASK, aborted, 1);
	unknown = fake_kernel_queue_raw(&kernel, 6, 16, 2);
	fake_kernel_queue_plain(&kernel, 3); /* behind padding */
	ring = fake_kernel_attach(&kernel);
	CHECK_EQ(refuse(), 2);
	CHECK_EQ(fake_kernel_entry(&kernel, unknown)->hdr.uflags, TCMU_UFLAG_UNKNOWN_OP);
	CHECK_EQ(fake_kernel_reap(&kernel, completions, BATCH), 3);
	check_power_on(&completions[0], 1);
	CHECK_EQ(completions[1].uflags, TCMU_UFLAG_UNKNOWN_OP);
	check_power_on(&completions[2], 3);
	CHECK_EQ(capstan_ring_pending(&ring), 0);
	fake_kernel_destroy(&kernel);
}

/* Nothing of the request is read: it may be half a response. */
static void requests_that_are_rubbish(void)
{
	struct tcmu_cmd_entry *entry;

	create();
	entry = fake_kernel_entry(&kernel, fake_kernel_queue_plain(&kernel, 4));
	memset(&entry->req, 0xff, sizeof(*entry) - sizeof(entry->hdr));
	entry->hdr.uflags = 0xff;
	CHECK_EQ(refuse(), 1);
	CHECK_EQ(fake_kernel_reap(&kernel, completions, BATCH), 1);
	check_power_on(&completions[0], 4);
	fake_kernel_destroy(&kernel);
}

static void busy_needs_no_sense(void)
{
	create();
	fake_kernel_queue_plain(&kernel, 1);
	CHECK_EQ(capstan_ring_refuse(&ring, 0x08, NULL, 0), 1);
	CHECK_EQ(fake_kernel_reap(&kernel, completions, BATCH), 1);
	CHECK_EQ(completions[0].status, 0x08);
	CHECK_EQ(completions[0].sense[0], 0);
	fake_kernel_destroy(&kernel);
}

static void answers_that_cannot_be(void)
{
	uint8_t before[PAGE_BYTES];
	static const uint8_t sense[CAPSTAN_SENSE_MAX + 1];

	create();
	fake_kernel_queue_plain(&kernel, 1);
	memcpy(before, kernel.map, sizeof(before));
	/* GOOD would say that it has been executed. */
	CHECK_EQ(capstan_ring_refuse(&ring, 0x00, NULL, 0), -EINVAL);
	CHECK_EQ(capstan_ring_refuse(&ring, 0x02, sense, sizeof(sense)), -EINVAL);
	CHECK_EQ(capstan_ring_refuse(&ring, 0x02, NULL, 18), -EINVAL);
	CHECK_BYTES(kernel.map, before, sizeof(before));
	CHECK_EQ(capstan_ring_pending(&ring), 120);
	fake_kernel_destroy(&kernel);
}

static void pending_counts_round_the_end_of_the_ring(void)
{
	create();
	fake_kernel_start_at(&kernel, kernel.ring_length_bytes - 120);
	fake_kernel_queue_plain(&kernel, 1);
	fake_kernel_queue_plain(&kernel, 2);
	ring = fake_kernel_attach(&kernel);
	CHECK_EQ(capstan_ring_pending(&ring), 240);
	CHECK_EQ(capstan_ring_drain(&ring, commands, 1), 1);
	CHECK_EQ(capstan_ring_pending(&ring), 240);
	CHECK_EQ(capstan_ring_complete(&ring, &commands[0], 0, 0, NULL, 0), 0);
	CHECK_EQ(capstan_ring_pending(&ring), 120);
	fake_kernel_destroy(&kernel);
}

/* As full as the kernel can make it. */
static void a_full_ring(void)
{
	uint16_t count = 0;

	create();
	while (fake_kernel_queue_plain(&kernel, count) != NO_ROOM)
		count++;
	CHECK(count > BATCH);
	CHECK_EQ(capstan_ring_pending(&ring), count * 120);
	CHECK_EQ(refuse(), count);
	CHECK_EQ(capstan_ring_pending(&ring), 0);
	fake_kernel_destroy(&kernel);
}

int main(void)
{
	RUN(an_empty_ring);
	RUN(every_entry_of_a_dead_process);
	RUN(the_ring_goes_on_afterwards);
	RUN(drained_and_undrained_alike);
	RUN(entries_of_every_kind);
	RUN(requests_that_are_rubbish);
	RUN(busy_needs_no_sense);
	RUN(answers_that_cannot_be);
	RUN(pending_counts_round_the_end_of_the_ring);
	RUN(a_full_ring);
	return 0;
}
