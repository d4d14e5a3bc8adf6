/* Responses: what the kernel gets to see, and only in the order of the ring. */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "fake_kernel.h"

#define BATCH 4
#define CHECK_CONDITION 0x02

static struct fake_kernel kernel;
static struct capstan_ring ring;
static struct capstan_command commands[BATCH];
static struct fake_completion completions[BATCH];

static const uint8_t ZEROS[CAPSTAN_SENSE_MAX];

static void create(void)
{
	fake_kernel_create(&kernel, 1, 32);
	ring = fake_kernel_attach(&kernel);
}

static void queue_and_drain(uint16_t count)
{
	for (uint16_t id = 1; id <= count; id++)
		CHECK(fake_kernel_queue_plain(&kernel, id) != NO_ROOM);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), count);
}

static void queue_and_drain_read(uint32_t data_length_bytes)
{
	static const uint8_t read_6[] = {0x08, 0, 0, 0, 0, 0};
	struct iovec iov = fake_kernel_data(&kernel, 0, data_length_bytes);
	struct fake_command read = {1, read_6, sizeof(read_6), &iov, 1};

	CHECK(fake_kernel_queue(&kernel, &read) != NO_ROOM);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
}

static int complete(unsigned i, uint8_t status)
{
	return capstan_ring_complete(&ring, &commands[i], status, 0, NULL, 0);
}

static void reap_one(void)
{
	CHECK_EQ(fake_kernel_reap(&kernel, completions, BATCH), 1);
}

static void good(void)
{
	create();
	queue_and_drain(1);
	CHECK_EQ(complete(0, 0), 0);
	reap_one();
	CHECK_EQ(completions[0].id, 1);
	CHECK_EQ(completions[0].status, 0);
	CHECK_EQ(completions[0].read_length_bytes, 0);
	CHECK_EQ(completions[0].uflags & ~0x80, 0);
	CHECK_BYTES(completions[0].sense, ZEROS, sizeof(ZEROS));
	CHECK_EQ(capstan_ring_pending(&ring), 0);
	fake_kernel_destroy(&kernel);
}

static void every_status(void)
{
	static const uint8_t statuses[] = {0x02, 0x04, 0x08, 0x18, 0x28, 0x30, 0x40, 0xff};

	create();
	for (size_t i = 0; i < sizeof(statuses); i++) {
		queue_and_drain(1);
		CHECK_EQ(complete(0, statuses[i]), 0);
		reap_one();
		CHECK_EQ(completions[0].status, statuses[i]);
	}
	fake_kernel_destroy(&kernel);
}

static void sense(void)
{
	uint8_t sense_bytes[CAPSTAN_SENSE_MAX];
	static const uint32_t lengths[] = {1, 8, 18, 95, 96};

	for (size_t i = 0; i < sizeof(sense_bytes); i++)
		sense_bytes[i] = (uint8_t)(0x70 + i);
	create();
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		queue_and_drain(1);
		CHECK_EQ(capstan_ring_complete(&ring, &commands[0], CHECK_CONDITION, 0, sense_bytes,
					       lengths[i]),
			 0);
		reap_one();
		CHECK_EQ(completions[0].status, CHECK_CONDITION);
		CHECK_BYTES(completions[0].sense, sense_bytes, lengths[i]);
		/* No bytes of the request, or of an earlier response, shine through. */
		CHECK_BYTES(completions[0].sense + lengths[i], ZEROS, sizeof(ZEROS) - lengths[i]);
	}
	fake_kernel_destroy(&kernel);
}

/* The bytes by hand: where the kernel's documentation puts them. */
static void a_response_by_its_bytes(void)
{
	static const uint8_t sense_bytes[] = {0xf0, 0, 0x20};
	const uint8_t *entry;

	create();
	entry = kernel.map + 128;
	queue_and_drain_read(0x4000);
	CHECK_EQ(capstan_ring_complete(&ring, &commands[0], 0x02, 0x1234, sense_bytes, 3), 0);
	CHECK_EQ(entry[0], 120 | 1); /* len_op is as it was */
	CHECK_EQ(entry[4], 1);       /* cmd_id */
	CHECK_EQ(entry[7], 0x82);    /* uflags: our mark, READ_LEN */
	CHECK_EQ(entry[8], 0x02);    /* scsi_status */
	CHECK_EQ(entry[12], 0x34);   /* read_len */
	CHECK_EQ(entry[13], 0x12);
	CHECK_EQ(entry[16], 0xf0);   /* sense */
	CHECK_EQ(entry[18], 0x20);
	CHECK_EQ(entry[19], 0);
	CHECK_EQ(entry[111], 0);
	CHECK_EQ(kernel.map[64], 120); /* cmd_tail */
	fake_kernel_destroy(&kernel);
}

static void the_read_length(void)
{
	static const uint32_t lengths[] = {1, 511, 65535, 65536};

	create();
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		queue_and_drain_read(65536);
		CHECK_EQ(capstan_ring_complete(&ring, &commands[0], 0, lengths[i], NULL, 0), 0);
		reap_one();
		CHECK_EQ(completions[0].read_length_bytes, lengths[i]);
		CHECK_EQ(completions[0].uflags & TCMU_UFLAG_READ_LEN, TCMU_UFLAG_READ_LEN);
		/* The kernel must not keep the buffer. */
		CHECK_EQ(completions[0].uflags & TCMU_UFLAG_KEEP_BUF, 0);
	}
	fake_kernel_destroy(&kernel);
}

/* Without the flag the kernel transfers nothing with CHECK CONDITION. */
static void a_read_length_of_zero_is_none(void)
{
	create();
	queue_and_drain_read(65536);
	CHECK_EQ(complete(0, CHECK_CONDITION), 0);
	reap_one();
	CHECK_EQ(completions[0].read_length_bytes, 0);
	CHECK_EQ(completions[0].uflags & TCMU_UFLAG_READ_LEN, 0);
	fake_kernel_destroy(&kernel);
}

/* A block shorter than asked for: data and sense together. */
static void data_and_sense(void)
{
	static const uint8_t ili[18] = {0xf0, 0, 0x20, 0, 0, 0x20, 0, 10};

	create();
	queue_and_drain_read(65536);
	CHECK_EQ(capstan_ring_complete(&ring, &commands[0], CHECK_CONDITION, 57344, ili,
				       sizeof(ili)),
		 0);
	reap_one();
	CHECK_EQ(completions[0].read_length_bytes, 57344);
	CHECK_BYTES(completions[0].sense, ili, sizeof(ili));
	fake_kernel_destroy(&kernel);
}

/* Whatever the ring says by now, the id is the one that was drained. */
static void the_drained_id(void)
{
	create();
	queue_and_drain(1);
	fake_kernel_entry(&kernel, 0)->hdr.cmd_id = 77;
	CHECK_EQ(complete(0, 0), 0);
	reap_one();
	CHECK_EQ(completions[0].id, 1);
	fake_kernel_destroy(&kernel);
}

static void flags_in_the_entry_are_replaced(void)
{
	create();
	queue_and_drain(1);
	fake_kernel_entry(&kernel, 0)->hdr.uflags = 0x7f;
	CHECK_EQ(complete(0, 0), 0);
	reap_one();
	CHECK_EQ(completions[0].uflags, 0x80);
	fake_kernel_destroy(&kernel);
}

static void in_order(void)
{
	create();
	queue_and_drain(4);
	for (unsigned i = 0; i < 4; i++) {
		CHECK_EQ(complete(i, (uint8_t)(0x10 + i)), 0);
		CHECK_EQ(fake_kernel_mailbox(&kernel)->cmd_tail, (i + 1) * 120);
		CHECK_EQ(capstan_ring_pending(&ring), (3 - i) * 120);
	}
	CHECK_EQ(fake_kernel_reap(&kernel, completions, BATCH), 4);
	for (unsigned i = 0; i < 4; i++) {
		CHECK_EQ(completions[i].id, i + 1);
		CHECK_EQ(completions[i].status, 0x10 + i);
	}
	fake_kernel_destroy(&kernel);
}

/* The call is refused, and not a byte of the ring is different. */
static void check_refused(unsigned i, uint8_t status, uint32_t data_in_length_bytes,
			  const void *sense_bytes, uint32_t sense_length_bytes)
{
	uint8_t before[PAGE_BYTES];
	struct capstan_ring ring_before = ring;

	memcpy(before, kernel.map, sizeof(before));
	CHECK_EQ(capstan_ring_complete(&ring, &commands[i], status, data_in_length_bytes,
				       sense_bytes, sense_length_bytes),
		 -EINVAL);
	CHECK_BYTES(kernel.map, before, sizeof(before));
	CHECK_BYTES(&ring, &ring_before, sizeof(ring));
}

static void out_of_order(void)
{
	create();
	queue_and_drain(4);
	check_refused(1, 0, 0, NULL, 0);
	check_refused(3, 0, 0, NULL, 0);
	CHECK_EQ(complete(0, 0), 0);
	check_refused(2, 0, 0, NULL, 0);
	CHECK_EQ(complete(1, 0), 0);
	CHECK_EQ(complete(2, 0), 0);
	CHECK_EQ(complete(3, 0), 0);
	fake_kernel_destroy(&kernel);
}

static void twice(void)
{
	create();
	queue_and_drain(2);
	CHECK_EQ(complete(0, 0), 0);
	check_refused(0, 0, 0, NULL, 0);
	CHECK_EQ(complete(1, 0), 0);
	check_refused(1, 0, 0, NULL, 0);
	fake_kernel_destroy(&kernel);
}

/* The descriptor is at the right place, but this ring has not handed it out. */
static void before_it_was_drained(void)
{
	create();
	queue_and_drain(1);
	ring = fake_kernel_attach(&kernel);
	check_refused(0, 0, 0, NULL, 0);
	fake_kernel_destroy(&kernel);
}

static void lengths_that_are_too_long(void)
{
	static const uint8_t sense_bytes[CAPSTAN_SENSE_MAX + 1];

	create();
	queue_and_drain_read(4096);
	check_refused(0, 0, 4097, NULL, 0);
	check_refused(0, 0, UINT32_MAX, NULL, 0);
	check_refused(0, CHECK_CONDITION, 0, sense_bytes, CAPSTAN_SENSE_MAX + 1);
	check_refused(0, CHECK_CONDITION, 0, NULL, 1);
	CHECK_EQ(complete(0, 0), 0);
	fake_kernel_destroy(&kernel);
}

static void descriptors_of_no_kind(void)
{
	create();
	queue_and_drain(1);
	commands[0].kind = 0;
	check_refused(0, 0, 0, NULL, 0);
	commands[0].kind = 3;
	check_refused(0, 0, 0, NULL, 0);
	commands[0].kind = CAPSTAN_KIND_COMMAND;
	CHECK_EQ(complete(0, 0), 0);
	fake_kernel_destroy(&kernel);
}

static void task_management_in_its_turn(void)
{
	static const uint16_t aborted[] = {1};
	uint8_t entry[40];

	create();
	fake_kernel_queue_plain(&kernel, 1);
	fake_kernel_queue_task_management(&kernel, TCMU_TMR_ABORT_TASK, aborted, 1);
	fake_kernel_queue_plain(&kernel, 2);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 3);
	memcpy(entry, kernel.map + 128 + 120, sizeof(entry));
	check_refused(1, 0, 0, NULL, 0);
	CHECK_EQ(complete(0, 0x40), 0);
	/* It is handed back, and nothing is written into it. */
	CHECK_EQ(complete(1, 0), 0);
	CHECK_BYTES(kernel.map + 128 + 120, entry, sizeof(entry));
	CHECK_EQ(fake_kernel_mailbox(&kernel)->cmd_tail, 160);
	CHECK_EQ(complete(2, 0), 0);
	CHECK_EQ(fake_kernel_reap(&kernel, completions, BATCH), 2);
	CHECK_EQ(completions[0].status, 0x40);
	CHECK_EQ(completions[1].id, 2);
	fake_kernel_destroy(&kernel);
}

static void task_management_takes_no_status(void)
{
	static const uint8_t sense_bytes[18];

	create();
	fake_kernel_queue_task_management(&kernel, TCMU_TMR_LUN_RESET, NULL, 0);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
	check_refused(0, CHECK_CONDITION, 0, NULL, 0);
	check_refused(0, 0, 1, NULL, 0);
	check_refused(0, 0, 0, sense_bytes, sizeof(sense_bytes));
	CHECK_EQ(complete(0, 0), 0);
	fake_kernel_destroy(&kernel);
}

/* A response leaves the neighbours alone. */
static void only_its_own_entry(void)
{
	uint8_t before[360];
	uint8_t sense_bytes[CAPSTAN_SENSE_MAX];

	memset(sense_bytes, 0xff, sizeof(sense_bytes));
	create();
	queue_and_drain(3);
	CHECK_EQ(complete(0, 0), 0);
	memcpy(before, kernel.map + 128, sizeof(before));
	CHECK_EQ(capstan_ring_complete(&ring, &commands[1], 0xff, 0, sense_bytes,
				       sizeof(sense_bytes)),
		 0);
	CHECK_BYTES(kernel.map + 128, before, 120);
	CHECK_BYTES(kernel.map + 128 + 120 + 112, before + 120 + 112, 8 + 120);
	fake_kernel_destroy(&kernel);
}

int main(void)
{
	RUN(good);
	RUN(every_status);
	RUN(sense);
	RUN(a_response_by_its_bytes);
	RUN(the_read_length);
	RUN(a_read_length_of_zero_is_none);
	RUN(data_and_sense);
	RUN(the_drained_id);
	RUN(flags_in_the_entry_are_replaced);
	RUN(in_order);
	RUN(out_of_order);
	RUN(twice);
	RUN(before_it_was_drained);
	RUN(lengths_that_are_too_long);
	RUN(descriptors_of_no_kind);
	RUN(task_management_in_its_turn);
	RUN(task_management_takes_no_status);
	RUN(only_its_own_entry);
	return 0;
}
