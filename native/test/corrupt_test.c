/* A ring that cannot be walked any more, and one that the kernel has reset. */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "fake_kernel.h"

#define BATCH 8

static const uint8_t SENSE[] = {0x70, 0, 0x06, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x29, 0, 0, 0, 0, 0};

static struct fake_kernel kernel;
static struct capstan_ring ring;
static struct capstan_command commands[BATCH];

static void create(void)
{
	fake_kernel_create(&kernel, 1, 4);
	ring = fake_kernel_attach(&kernel);
}

/* Every function that looks at entries says so, and nothing moves. */
static void check_all_say(int error)
{
	uint32_t tail = fake_kernel_mailbox(&kernel)->cmd_tail;
	struct capstan_ring before = ring;

	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), error);
	CHECK_EQ(capstan_ring_refuse(&ring, 0x02, SENSE, sizeof(SENSE)), error);
	CHECK_BYTES(&ring, &before, sizeof(ring));
	CHECK_EQ(fake_kernel_mailbox(&kernel)->cmd_tail, tail);
}

static void put_header(uint32_t position, uint32_t len_op)
{
	fake_kernel_entry(&kernel, position)->hdr.len_op = len_op;
}

static void lengths_that_no_entry_has(void)
{
	static const uint32_t headers[] = {
		0 | TCMU_OP_PAD,           /* would never end */
		0 | TCMU_OP_CMD,
		0 | 7,
		8 | TCMU_OP_CMD,           /* no room for a response */
		104 | TCMU_OP_CMD,
		8 | TCMU_OP_TMR,           /* no notification */
		24 | TCMU_OP_TMR,
		128 | TCMU_OP_CMD,         /* over cmd_head */
		128 | TCMU_OP_PAD,
		128 | TCMU_OP_TMR,
		128 | 5,
		3976 | TCMU_OP_CMD,        /* over the end of the ring */
		0xfffffff8 | TCMU_OP_CMD,
		0xfffffff8 | TCMU_OP_PAD,
	};

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		create();
		CHECK_EQ(fake_kernel_queue_plain(&kernel, 1), 0);
		put_header(0, headers[i]);
		check_all_say(-EPROTO);
		fake_kernel_destroy(&kernel);
	}
}

/* It ends behind the ring, though cmd_head lies behind it round the corner. */
static void an_entry_over_the_end_of_the_ring(void)
{
	uint32_t position;

	create();
	position = kernel.ring_length_bytes - 120;
	fake_kernel_start_at(&kernel, position);
	ring = fake_kernel_attach(&kernel);
	CHECK_EQ(fake_kernel_queue_plain(&kernel, 1), position);
	CHECK_EQ(fake_kernel_queue_plain(&kernel, 2), 0);
	put_header(position, 128 | TCMU_OP_CMD);
	check_all_say(-EPROTO);
	fake_kernel_destroy(&kernel);
}

static void heads_where_none_can_be(void)
{
	static const uint32_t heads[] = {4, 121, PAGE_BYTES - 128, PAGE_BYTES, 0xfffffff8};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		create();
		fake_kernel_queue_plain(&kernel, 1);
		fake_kernel_set_head(&kernel, heads[i]);
		check_all_say(-EPROTO);
		CHECK_EQ(capstan_ring_pending(&ring), -EPROTO);
		fake_kernel_destroy(&kernel);
	}
}

/* cmd_head cannot go back over what has been drained and not yet answered. */
static void a_head_that_went_back(void)
{
	create();
	fake_kernel_queue_plain(&kernel, 1);
	fake_kernel_queue_plain(&kernel, 2);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 2);
	fake_kernel_set_head(&kernel, 120);
	check_all_say(-EPROTO);
	CHECK_EQ(capstan_ring_pending(&ring), -EPROTO);
	fake_kernel_destroy(&kernel);
}

static void what_precedes_a_corrupt_entry_comes_first(void)
{
	struct fake_completion completions[BATCH];

	create();
	fake_kernel_queue_plain(&kernel, 1);
	fake_kernel_queue_plain(&kernel, 2);
	fake_kernel_queue_plain(&kernel, 3);
	put_header(240, 0 | TCMU_OP_CMD);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 2);
	CHECK_EQ(capstan_ring_drain(&ring, commands + 2, BATCH - 2), -EPROTO);
	CHECK_EQ(ring.drain_position, 240);
	for (int i = 0; i < 2; i++)
		CHECK_EQ(capstan_ring_complete(&ring, &commands[i], 0, 0, NULL, 0), 0);
	CHECK_EQ(fake_kernel_reap(&kernel, completions, BATCH), 2);
	check_all_say(-EPROTO);
	fake_kernel_destroy(&kernel);
}

static void refusing_up_to_a_corrupt_entry(void)
{
	struct fake_completion completions[BATCH];

	create();
	fake_kernel_queue_plain(&kernel, 1);
	fake_kernel_queue_plain(&kernel, 2);
	fake_kernel_queue_plain(&kernel, 3);
	CHECK_EQ(capstan_ring_drain(&ring, commands, 1), 1);
	put_header(240, 16 | TCMU_OP_CMD);
	CHECK_EQ(capstan_ring_refuse(&ring, 0x02, SENSE, sizeof(SENSE)), -EPROTO);
	CHECK_EQ(fake_kernel_reap(&kernel, completions, BATCH), 2);
	CHECK_EQ(completions[1].id, 2);
	CHECK_EQ(completions[1].status, 0x02);
	CHECK_EQ(ring.answer_position, 240);
	CHECK_EQ(ring.drain_position, 240);
	fake_kernel_destroy(&kernel);
}

/* An entry cannot have grown over ones that were not drained with it. */
static void refusing_a_drained_entry_that_grew(void)
{
	create();
	for (uint16_t id = 1; id <= 3; id++)
		fake_kernel_queue_plain(&kernel, id);
	CHECK_EQ(capstan_ring_drain(&ring, commands, 1), 1);
	put_header(0, 240 | TCMU_OP_CMD);
	CHECK_EQ(capstan_ring_refuse(&ring, 0x02, SENSE, sizeof(SENSE)), -EPROTO);
	CHECK_EQ(ring.answer_position, 0);
	CHECK_EQ(ring.drain_position, 120);
	fake_kernel_destroy(&kernel);
}

/* Corruption of an entry between draining and answering it. */
static void an_entry_that_changed_since_it_was_drained(void)
{
	static const uint32_t headers[] = {
		0,                 /* nothing */
		120 | TCMU_OP_PAD, /* another kind */
		120 | TCMU_OP_TMR,
		120 | 4,
		112 | TCMU_OP_CMD, /* another length */
		240 | TCMU_OP_CMD,
		360 | TCMU_OP_CMD, /* over what was drained */
		0xfffffff8 | TCMU_OP_CMD,
	};

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		uint8_t entries[240];

		create();
		fake_kernel_queue_plain(&kernel, 1);
		fake_kernel_queue_plain(&kernel, 2);
		CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 2);
		put_header(0, headers[i]);
		memcpy(entries, kernel.map + 128, sizeof(entries));
		CHECK_EQ(capstan_ring_complete(&ring, &commands[0], 0, 0, NULL, 0), -EPROTO);
		CHECK_BYTES(kernel.map + 128, entries, sizeof(entries));
		CHECK_EQ(fake_kernel_mailbox(&kernel)->cmd_tail, 0);
		fake_kernel_destroy(&kernel);
	}
}

static void padding_that_changed_since_it_was_drained(void)
{
	create();
	fake_kernel_queue_plain(&kernel, 1);
	fake_kernel_queue_raw(&kernel, TCMU_OP_PAD, 64, 0);
	fake_kernel_queue_plain(&kernel, 2);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 2);
	put_header(120, 0 | TCMU_OP_PAD);
	CHECK_EQ(capstan_ring_complete(&ring, &commands[0], 0, 0, NULL, 0), 0);
	CHECK_EQ(fake_kernel_mailbox(&kernel)->cmd_tail, 120);
	/* The tail cannot get past it, so nothing behind it can be answered. */
	CHECK_EQ(capstan_ring_complete(&ring, &commands[1], 0, 0, NULL, 0), -EINVAL);
	CHECK_EQ(capstan_ring_refuse(&ring, 0x02, NULL, 0), -EPROTO);
	fake_kernel_destroy(&kernel);
}

static void a_ring_that_the_kernel_has_reset(void)
{
	create();
	fake_kernel_start_at(&kernel, 240);
	ring = fake_kernel_attach(&kernel);
	fake_kernel_queue_plain(&kernel, 1);
	fake_kernel_queue_plain(&kernel, 2);
	CHECK_EQ(capstan_ring_drain(&ring, commands, 1), 1);
	fake_kernel_reset(&kernel);
	check_all_say(-ESTALE);
	CHECK_EQ(capstan_ring_pending(&ring), -ESTALE);
	CHECK_EQ(capstan_ring_complete(&ring, &commands[0], 0, 0, NULL, 0), -ESTALE);
	/* The kernel's tail is not overwritten with ours. */
	CHECK_EQ(fake_kernel_mailbox(&kernel)->cmd_tail, 0);
	ring = fake_kernel_attach(&kernel);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 0);
	fake_kernel_destroy(&kernel);
}

int main(void)
{
	RUN(lengths_that_no_entry_has);
	RUN(an_entry_over_the_end_of_the_ring);
	RUN(heads_where_none_can_be);
	RUN(a_head_that_went_back);
	RUN(what_precedes_a_corrupt_entry_comes_first);
	RUN(refusing_up_to_a_corrupt_entry);
	RUN(refusing_a_drained_entry_that_grew);
	RUN(an_entry_that_changed_since_it_was_drained);
	RUN(padding_that_changed_since_it_was_drained);
	RUN(a_ring_that_the_kernel_has_reset);
	return 0;
}
