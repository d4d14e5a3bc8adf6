/* Entries become descriptors, field by field. */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "fake_kernel.h"

#define BATCH 8

static struct fake_kernel kernel;
static struct capstan_ring ring;
static struct capstan_command commands[BATCH];

static void create(void)
{
	fake_kernel_create(&kernel, 2, 16);
	ring = fake_kernel_attach(&kernel);
	/* What a descriptor held before must not show. */
	memset(commands, 0xaa, sizeof(commands));
}

static uint32_t tail(void)
{
	return fake_kernel_mailbox(&kernel)->cmd_tail;
}

static void answer(const struct capstan_command *command)
{
	CHECK_EQ(capstan_ring_complete(&ring, command, 0, 0, NULL, 0), 0);
}

static uint32_t queue_cdb(const uint8_t *cdb, uint32_t length_bytes)
{
	struct fake_command command = {.id = 1, .cdb = cdb, .cdb_length_bytes = length_bytes};

	return fake_kernel_queue(&kernel, &command);
}

static void an_empty_ring_gives_nothing(void)
{
	create();
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 0);
	CHECK_EQ(commands[0].kind, 0xaaaaaaaa);
	fake_kernel_destroy(&kernel);
}

static void every_field_of_a_write(void)
{
	static const uint8_t write_6[] = {0x0a, 0, 0, 0x40, 0x00, 0};
	static const uint8_t zeros[CAPSTAN_CDB_MAX];
	struct iovec iov;
	struct fake_command command = {0x1234, write_6, sizeof(write_6), &iov, 1};

	create();
	fake_kernel_start_at(&kernel, 480);
	ring = fake_kernel_attach(&kernel);
	iov = fake_kernel_data(&kernel, 4096, 16384);
	CHECK_EQ(fake_kernel_queue(&kernel, &command), 480);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
	CHECK_EQ(commands[0].kind, CAPSTAN_KIND_COMMAND);
	CHECK_EQ(commands[0].fault, CAPSTAN_FAULT_NONE);
	CHECK_EQ(commands[0].ring_position, 480);
	CHECK_EQ(commands[0].entry_length_bytes, 120);
	CHECK_EQ(commands[0].command_id, 0x1234);
	CHECK_EQ(commands[0].cdb_length_bytes, 6);
	CHECK_BYTES(commands[0].cdb, write_6, 6);
	CHECK_BYTES(commands[0].cdb + 6, zeros, CAPSTAN_CDB_MAX - 6);
	CHECK_EQ(commands[0].data_length_bytes, 16384);
	CHECK_EQ(commands[0].iov_count, 1);
	CHECK_EQ(commands[0].iov[0].offset_bytes, kernel.data_offset_bytes + 4096);
	CHECK_EQ(commands[0].iov[0].length_bytes, 16384);
	CHECK_EQ(commands[0].task_management, 0);
	CHECK_EQ(commands[0].aborted_count, 0);
	CHECK_EQ(commands[1].kind, 0xaaaaaaaa);
	/* The entry is still ours. */
	CHECK_EQ(tail(), 480);
	CHECK_EQ(capstan_ring_pending(&ring), 120);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 0);
	fake_kernel_destroy(&kernel);
}

/* The entry laid out by hand, as the kernel's documentation has it. */
static void an_entry_by_its_bytes(void)
{
	uint8_t *entry;

	create();
	entry = kernel.map + 128;
	memset(entry, 0, 136);
	entry[0] = 128 | 1;                /* len_op: 128 bytes, CMD */
	entry[4] = 0x07;                   /* cmd_id */
	entry[8] = 1;                      /* iov_cnt */
	entry[24] = 128 + 112;             /* cdb_off, from the mailbox */
	entry[48 + 1] = 0x20;              /* iov_base 2000h: data area */
	entry[56 + 1] = 0x02;              /* iov_len 200h */
	entry[112] = 0x28;                 /* READ(10) */
	entry[121] = 0x99;                 /* its last byte */
	entry[122] = 0x77;                 /* not its own any more */
	fake_kernel_set_head(&kernel, 128);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
	CHECK_EQ(commands[0].command_id, 7);
	CHECK_EQ(commands[0].cdb_length_bytes, 10);
	CHECK_EQ(commands[0].cdb[0], 0x28);
	CHECK_EQ(commands[0].cdb[9], 0x99);
	CHECK_EQ(commands[0].cdb[10], 0);
	CHECK_EQ(commands[0].iov[0].offset_bytes, 0x2000);
	CHECK_EQ(commands[0].iov[0].length_bytes, 0x200);
	fake_kernel_destroy(&kernel);
}

/* SAM-5, group codes; group 3 other than 7Fh is reserved, the kernel takes 12. */
static void the_group_code_gives_the_cdb_length(void)
{
	static const struct {
		uint8_t first;
		uint8_t last;
		uint16_t length_bytes;
	} groups[] = {
		{0x00, 0x1f, 6},  {0x20, 0x3f, 10}, {0x40, 0x5f, 10}, {0x60, 0x7e, 12},
		{0x80, 0x9f, 16}, {0xa0, 0xbf, 12}, {0xc0, 0xdf, 10}, {0xe0, 0xff, 10},
	};
	uint8_t cdb[16];

	create();
	for (size_t group = 0; group < sizeof(groups) / sizeof(groups[0]); group++) {
		for (unsigned op = groups[group].first; op <= groups[group].last; op++) {
			struct fake_completion completion;
			uint16_t length_bytes = groups[group].length_bytes;

			memset(cdb, 0xe7, sizeof(cdb));
			cdb[0] = (uint8_t)op;
			CHECK(queue_cdb(cdb, length_bytes) != NO_ROOM);
			CHECK_EQ(capstan_ring_drain(&ring, commands, 1), 1);
			CHECK_EQ(commands[0].fault, CAPSTAN_FAULT_NONE);
			CHECK_EQ(commands[0].cdb_length_bytes, length_bytes);
			CHECK_BYTES(commands[0].cdb, cdb, length_bytes);
			CHECK_EQ(commands[0].cdb[length_bytes], 0);
			answer(&commands[0]);
			CHECK_EQ(fake_kernel_reap(&kernel, &completion, 1), 1);
		}
	}
	fake_kernel_destroy(&kernel);
}

static void variable_length_cdbs(void)
{
	static const uint8_t additional_bytes[] = {0, 8, 24, 252, 255};
	uint8_t cdb[263];

	create();
	for (size_t i = 0; i < sizeof(additional_bytes); i++) {
		struct fake_completion completion;
		uint32_t length_bytes = 8u + additional_bytes[i];

		memset(cdb, 0xe7, sizeof(cdb));
		cdb[0] = 0x7f;
		cdb[7] = additional_bytes[i];
		CHECK(queue_cdb(cdb, length_bytes) != NO_ROOM);
		CHECK_EQ(capstan_ring_drain(&ring, commands, 1), 1);
		CHECK_EQ(commands[0].fault, CAPSTAN_FAULT_NONE);
		CHECK_EQ(commands[0].cdb_length_bytes, length_bytes);
		CHECK_BYTES(commands[0].cdb, cdb, length_bytes);
		CHECK_EQ(commands[0].cdb[length_bytes], 0);
		answer(&commands[0]);
		CHECK_EQ(fake_kernel_reap(&kernel, &completion, 1), 1);
	}
	fake_kernel_destroy(&kernel);
}

static void a_batch_in_the_order_of_the_ring(void)
{
	create();
	for (uint16_t id = 1; id <= 5; id++)
		CHECK(fake_kernel_queue_plain(&kernel, id) != NO_ROOM);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 5);
	for (uint16_t id = 1; id <= 5; id++) {
		CHECK_EQ(commands[id - 1].command_id, id);
		CHECK_EQ(commands[id - 1].ring_position, (id - 1u) * 120);
	}
	fake_kernel_destroy(&kernel);
}

static void no_more_than_the_capacity(void)
{
	create();
	for (uint16_t id = 1; id <= 5; id++)
		CHECK(fake_kernel_queue_plain(&kernel, id) != NO_ROOM);
	CHECK_EQ(capstan_ring_drain(&ring, commands, 2), 2);
	CHECK_EQ(commands[2].kind, 0xaaaaaaaa);
	CHECK_EQ(capstan_ring_drain(&ring, commands + 2, 2), 2);
	CHECK_EQ(commands[3].command_id, 4);
	CHECK_EQ(commands[4].kind, 0xaaaaaaaa);
	CHECK_EQ(capstan_ring_drain(&ring, commands + 4, 2), 1);
	CHECK_EQ(commands[4].command_id, 5);
	CHECK_EQ(capstan_ring_drain(&ring, commands, 2), 0);
	for (unsigned i = 0; i < 5; i++)
		answer(&commands[i]);
	CHECK_EQ(capstan_ring_pending(&ring), 0);
	fake_kernel_destroy(&kernel);
}

static void a_capacity_that_is_none(void)
{
	create();
	fake_kernel_queue_plain(&kernel, 1);
	CHECK_EQ(capstan_ring_drain(&ring, commands, 0), -EINVAL);
	CHECK_EQ(capstan_ring_drain(&ring, commands, 0x80000000u), -EINVAL);
	CHECK_EQ(ring.drain_position, 0);
	CHECK_EQ(commands[0].kind, 0xaaaaaaaa);
	fake_kernel_destroy(&kernel);
}

static void padding_before_the_end_of_the_ring(void)
{
	uint32_t near_end;

	create();
	near_end = kernel.ring_length_bytes - 64;
	fake_kernel_start_at(&kernel, near_end);
	ring = fake_kernel_attach(&kernel);
	CHECK_EQ(fake_kernel_queue_plain(&kernel, 3), 0);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
	CHECK_EQ(commands[0].command_id, 3);
	CHECK_EQ(commands[0].ring_position, 0);
	/* Padding at the tail goes back to the kernel without an answer. */
	CHECK_EQ(tail(), 0);
	answer(&commands[0]);
	CHECK_EQ(tail(), 120);
	fake_kernel_destroy(&kernel);
}

/* The kernel publishes padding by itself, a moment before the next entry. */
static void padding_with_nothing_behind_it_yet(void)
{
	create();
	fake_kernel_start_at(&kernel, kernel.ring_length_bytes - 64);
	ring = fake_kernel_attach(&kernel);
	CHECK_EQ(fake_kernel_queue_raw(&kernel, TCMU_OP_PAD, 64, 0),
		 kernel.ring_length_bytes - 64);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 0);
	CHECK_EQ(tail(), 0);
	CHECK_EQ(capstan_ring_pending(&ring), 0);
	CHECK_EQ(fake_kernel_queue_plain(&kernel, 4), 0);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
	CHECK_EQ(commands[0].command_id, 4);
	fake_kernel_destroy(&kernel);
}

static void padding_behind_a_command_waits_for_its_answer(void)
{
	uint32_t first;

	create();
	first = kernel.ring_length_bytes - 120 - 64;
	fake_kernel_start_at(&kernel, first);
	ring = fake_kernel_attach(&kernel);
	CHECK_EQ(fake_kernel_queue_plain(&kernel, 1), first);
	CHECK_EQ(fake_kernel_queue_plain(&kernel, 2), 0);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 2);
	CHECK_EQ(tail(), first);
	answer(&commands[0]);
	CHECK_EQ(tail(), 0);
	answer(&commands[1]);
	CHECK_EQ(tail(), 120);
	fake_kernel_destroy(&kernel);
}

/* As a full lap without padding: the entry ends where the ring does. */
static void an_entry_up_to_the_end_of_the_ring(void)
{
	create();
	fake_kernel_start_at(&kernel, kernel.ring_length_bytes - 120);
	ring = fake_kernel_attach(&kernel);
	CHECK_EQ(fake_kernel_queue_plain(&kernel, 1), kernel.ring_length_bytes - 120);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
	CHECK_EQ(ring.drain_position, 0);
	answer(&commands[0]);
	CHECK_EQ(tail(), 0);
	fake_kernel_destroy(&kernel);
}

static void many_laps(void)
{
	struct fake_completion completion;

	create();
	for (uint32_t i = 0; i < 1000; i++) {
		CHECK(fake_kernel_queue_plain(&kernel, (uint16_t)i) != NO_ROOM);
		CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
		CHECK_EQ(commands[0].command_id, i);
		answer(&commands[0]);
		CHECK_EQ(fake_kernel_reap(&kernel, &completion, 1), 1);
		CHECK_EQ(completion.id, i);
	}
	fake_kernel_destroy(&kernel);
}

static void a_kind_that_is_not_known(void)
{
	create();
	for (uint32_t op = 3; op <= 7; op++) {
		struct fake_completion completion;
		uint32_t position = fake_kernel_queue_raw(&kernel, op, 128, 40);

		CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 0);
		CHECK_EQ(fake_kernel_entry(&kernel, position)->hdr.uflags, TCMU_UFLAG_UNKNOWN_OP);
		CHECK_EQ(capstan_ring_pending(&ring), 0);
		CHECK_EQ(fake_kernel_reap(&kernel, &completion, 1), 1);
		CHECK_EQ(completion.id, 40);
		CHECK_EQ(completion.uflags, TCMU_UFLAG_UNKNOWN_OP);
	}
	fake_kernel_destroy(&kernel);
}

static void a_kind_that_is_not_known_between_commands(void)
{
	struct fake_completion completions[4];

	create();
	fake_kernel_queue_plain(&kernel, 1);
	fake_kernel_queue_raw(&kernel, 5, 8, 2);
	fake_kernel_queue_plain(&kernel, 3);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 2);
	CHECK_EQ(commands[0].command_id, 1);
	CHECK_EQ(commands[1].command_id, 3);
	CHECK_EQ(tail(), 0);
	answer(&commands[0]);
	CHECK_EQ(tail(), 128);
	answer(&commands[1]);
	CHECK_EQ(fake_kernel_reap(&kernel, completions, 4), 3);
	CHECK_EQ(completions[1].id, 2);
	CHECK_EQ(completions[1].uflags, TCMU_UFLAG_UNKNOWN_OP);
	fake_kernel_destroy(&kernel);
}

static void task_management(void)
{
	static const uint16_t aborted[] = {7, 0xffff, 9};

	create();
	fake_kernel_queue_plain(&kernel, 7);
	CHECK_EQ(fake_kernel_queue_task_management(&kernel, TCMU_TMR_LUN_RESET, aborted, 3), 120);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 2);
	CHECK_EQ(commands[0].kind, CAPSTAN_KIND_COMMAND);
	CHECK_EQ(commands[1].kind, CAPSTAN_KIND_TASK_MANAGEMENT);
	CHECK_EQ(commands[1].fault, CAPSTAN_FAULT_NONE);
	CHECK_EQ(commands[1].ring_position, 120);
	CHECK_EQ(commands[1].entry_length_bytes, 40);
	CHECK_EQ(commands[1].command_id, 0);
	CHECK_EQ(commands[1].task_management, TCMU_TMR_LUN_RESET);
	CHECK_EQ(commands[1].aborted_count, 3);
	CHECK_BYTES(commands[1].aborted_command_ids, aborted, sizeof(aborted));
	CHECK_EQ(commands[1].aborted_command_ids[3], 0xaaaa);
	CHECK_EQ(commands[1].cdb_length_bytes, 0);
	CHECK_EQ(commands[1].cdb[0], 0);
	CHECK_EQ(commands[1].iov_count, 0);
	CHECK_EQ(commands[1].data_length_bytes, 0);
	fake_kernel_destroy(&kernel);
}

static void task_management_that_aborts_nothing(void)
{
	create();
	fake_kernel_queue_task_management(&kernel, TCMU_TMR_LUN_RESET_PRO, NULL, 0);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
	CHECK_EQ(commands[0].task_management, 128);
	CHECK_EQ(commands[0].aborted_count, 0);
	CHECK_EQ(commands[0].fault, CAPSTAN_FAULT_NONE);
	fake_kernel_destroy(&kernel);
}

static void task_management_that_aborts_many(void)
{
	static uint16_t aborted[CAPSTAN_ABORTED_MAX + 1];

	create();
	for (uint16_t i = 0; i <= CAPSTAN_ABORTED_MAX; i++)
		aborted[i] = (uint16_t)(i * 3);
	fake_kernel_queue_task_management(&kernel, 5, aborted, CAPSTAN_ABORTED_MAX);
	fake_kernel_queue_task_management(&kernel, 5, aborted, CAPSTAN_ABORTED_MAX + 1);
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 2);
	CHECK_EQ(commands[0].fault, CAPSTAN_FAULT_NONE);
	CHECK_EQ(commands[0].aborted_count, CAPSTAN_ABORTED_MAX);
	CHECK_BYTES(commands[0].aborted_command_ids, aborted, CAPSTAN_ABORTED_MAX * 2);
	CHECK_EQ(commands[1].fault, CAPSTAN_FAULT_ABORTED);
	CHECK_EQ(commands[1].task_management, 5);
	CHECK_EQ(commands[1].aborted_count, 0);
	answer(&commands[0]);
	answer(&commands[1]);
	fake_kernel_destroy(&kernel);
}

static void task_management_with_fewer_ids_than_it_says(void)
{
	uint32_t position;

	create();
	position = fake_kernel_queue_raw(&kernel, TCMU_OP_TMR, 40, 0);
	((struct tcmu_tmr_entry *)(void *)fake_kernel_entry(&kernel, position))->cmd_cnt = 5;
	CHECK_EQ(capstan_ring_drain(&ring, commands, BATCH), 1);
	CHECK_EQ(commands[0].fault, CAPSTAN_FAULT_ABORTED);
	answer(&commands[0]);
	fake_kernel_destroy(&kernel);
}

int main(void)
{
	RUN(an_empty_ring_gives_nothing);
	RUN(every_field_of_a_write);
	RUN(an_entry_by_its_bytes);
	RUN(the_group_code_gives_the_cdb_length);
	RUN(variable_length_cdbs);
	RUN(a_batch_in_the_order_of_the_ring);
	RUN(no_more_than_the_capacity);
	RUN(a_capacity_that_is_none);
	RUN(padding_before_the_end_of_the_ring);
	RUN(padding_with_nothing_behind_it_yet);
	RUN(padding_behind_a_command_waits_for_its_answer);
	RUN(an_entry_up_to_the_end_of_the_ring);
	RUN(many_laps);
	RUN(a_kind_that_is_not_known);
	RUN(a_kind_that_is_not_known_between_commands);
	RUN(task_management);
	RUN(task_management_that_aborts_nothing);
	RUN(task_management_that_aborts_many);
	RUN(task_management_with_fewer_ids_than_it_says);
	return 0;
}
