/*
 * A ring full of rubbish. Whatever is in it, every call comes back with one of
 * its results, hands out no buffer outside the data area, writes nothing but
 * entries and cmd_tail, and touches nothing but mailbox and ring: the rest of
 * the map is inaccessible.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "check.h"
#include "fake_kernel.h"
#include "random.h"

#define CAPACITY 4u
#define STEPS 4000
#define IMMUTABLE_BYTES offsetof(struct tcmu_mailbox, cmd_tail)

static struct fake_kernel kernel;
static struct capstan_ring ring;
static struct random_source source;
static struct capstan_command commands[CAPACITY + 1];
static int drained_count;
static uint32_t drained_total;
static uint32_t fault_count[CAPSTAN_FAULT_ABORTED + 1];
static uint32_t corrupt_count;
static uint32_t completed_count;

static uint32_t below(uint32_t bound)
{
	return random_below(&source, bound);
}

/* Numbers that sit on the edges of checks, and others. */
static uint64_t odd_number(void)
{
	const uint64_t numbers[] = {
		0, 1, 8, 40, 48, 104, 112, 113, 120, 121, 128, 0x7f, 0x80, 0xff, 0x7fffffff,
		0x80000000, 0xfffffff8, UINT32_MAX, UINT64_MAX, 1ull << 63,
		kernel.ring_length_bytes, kernel.ring_length_bytes - 8, kernel.data_offset_bytes,
		kernel.map_length_bytes, kernel.map_length_bytes - 1, ring.drain_position,
		ring.answer_position, kernel.head,
	};
	uint64_t number = numbers[below(sizeof(numbers) / sizeof(numbers[0]))];

	switch (below(4)) {
	case 0:
		return number + below(8);
	case 1:
		return number - below(8);
	case 2:
		return random_next(&source) >> below(64);
	default:
		return number;
	}
}

static uint8_t *some_entry(void)
{
	uint32_t positions[] = {ring.drain_position, ring.answer_position, kernel.cleaned};

	return kernel.map + kernel.ring_offset_bytes + positions[below(3)];
}

/* The fields that are there to be got wrong, each with its size. */
static void spoil_field(void)
{
	static const struct {
		uint32_t offset_bytes;
		uint32_t length_bytes;
	} fields[] = {
		{0, 4}, {4, 2}, {7, 1}, {8, 4}, {12, 4}, {16, 4}, {24, 8}, {48, 8}, {56, 8}, {64, 8}, {112, 8},
	};
	uint32_t field = below(sizeof(fields) / sizeof(fields[0]));
	uint8_t *bytes = some_entry() + fields[field].offset_bytes;
	uint64_t number = odd_number();

	if (bytes + fields[field].length_bytes <= kernel.map + kernel.data_offset_bytes)
		memcpy(bytes, &number, fields[field].length_bytes);
}

/* A header that holds together, so that what follows it is looked at. */
static void plausible_header(void)
{
	struct tcmu_cmd_entry_hdr *header = (struct tcmu_cmd_entry_hdr *)(void *)some_entry();

	header->len_op = 8 * below(40) | below(8);
}

static void spoil_ring(void)
{
	uint32_t offset_bytes = kernel.ring_offset_bytes + below(kernel.ring_length_bytes);

	kernel.map[offset_bytes] = (uint8_t)random_next(&source);
}

static void spoil_position(void)
{
	uint32_t number = (uint32_t)odd_number();

	if (random_once_in(&source, 2))
		number = number % kernel.ring_length_bytes / 8 * 8;
	if (random_once_in(&source, 4))
		fake_kernel_mailbox(&kernel)->cmd_tail = number;
	else
		fake_kernel_set_head(&kernel, number);
}

static void spoil(void)
{
	switch (below(16)) {
	case 0:
		spoil_position();
		break;
	case 1: case 2: case 3:
		plausible_header();
		break;
	case 4: case 5: case 6:
		spoil_ring();
		break;
	default:
		spoil_field();
		break;
	}
}

/* From time to time something that could be real, with something wrong in it. */
static void queue(void)
{
	static const uint8_t cdb[16] = {0x88};
	struct iovec iov[3];
	uint16_t id = (uint16_t)below(100);

	kernel.outstanding[id] = false;
	if (kernel.head >= kernel.ring_length_bytes || kernel.head % 8 != 0)
		return;
	for (uint32_t i = 0; i < 3; i++)
		iov[i] = fake_kernel_data(&kernel, below(60000), below(6000));
	fake_kernel_queue(&kernel, &(struct fake_command){id, cdb, sizeof(cdb), iov, below(4)});
	kernel.cleaned = ring.answer_position;
	if (random_once_in(&source, 2))
		spoil_field();
}

static void check_data(const struct capstan_command *command)
{
	uint64_t sum_bytes = 0;

	CHECK(command->iov_count <= CAPSTAN_IOV_MAX);
	for (uint32_t i = 0; i < command->iov_count; i++) {
		const struct capstan_iov *iov = &command->iov[i];

		CHECK(iov->offset_bytes >= kernel.data_offset_bytes);
		CHECK(iov->offset_bytes < kernel.map_length_bytes);
		CHECK(iov->length_bytes > 0);
		CHECK(iov->length_bytes <= kernel.map_length_bytes - iov->offset_bytes);
		sum_bytes += iov->length_bytes;
	}
	CHECK_EQ(command->data_length_bytes, sum_bytes);
	CHECK(sum_bytes <= kernel.data_length_bytes);
	CHECK(command->fault == CAPSTAN_FAULT_NONE || command->iov_count == 0);
}

static void check_descriptor(const struct capstan_command *command)
{
	CHECK(command->kind == CAPSTAN_KIND_COMMAND ||
	      command->kind == CAPSTAN_KIND_TASK_MANAGEMENT);
	CHECK(command->fault <= CAPSTAN_FAULT_ABORTED);
	CHECK(command->ring_position + command->entry_length_bytes <= kernel.ring_length_bytes);
	CHECK(command->cdb_length_bytes <= CAPSTAN_CDB_MAX);
	CHECK(command->aborted_count <= CAPSTAN_ABORTED_MAX);
	CHECK(command->kind != CAPSTAN_KIND_COMMAND || command->fault != CAPSTAN_FAULT_NONE ||
	      command->cdb_length_bytes >= 6);
	check_data(command);
	fault_count[command->fault]++;
}

static void drain(void)
{
	static struct capstan_command untouched;
	uint32_t capacity = 1 + below(CAPACITY);
	int got;

	memset(&untouched, 0xaa, sizeof(untouched));
	memset(commands, 0xaa, sizeof(commands));
	got = capstan_ring_drain(&ring, commands, capacity);
	CHECK((got >= 0 && got <= (int)capacity) || got == -EPROTO || got == -ESTALE);
	drained_count = got > 0 ? got : 0;
	drained_total += (uint32_t)drained_count;
	corrupt_count += got < 0;
	for (int i = 0; i < drained_count; i++)
		check_descriptor(&commands[i]);
	for (uint32_t i = (uint32_t)drained_count; i <= CAPACITY; i++)
		CHECK_BYTES(&commands[i], &untouched, sizeof(untouched));
}

static void complete(void)
{
	static const uint8_t sense[CAPSTAN_SENSE_MAX];

	for (int i = 0; i < drained_count; i++) {
		bool is_command = commands[i].kind == CAPSTAN_KIND_COMMAND;
		int error = capstan_ring_complete(&ring, &commands[i], is_command ? 2 : 0, 0, sense,
						  is_command ? CAPSTAN_SENSE_MAX : 0);

		CHECK(error == 0 || error == -EPROTO || error == -ESTALE || error == -EINVAL);
		completed_count += error == 0;
		if (random_once_in(&source, 3))
			spoil();
	}
}

static void refuse(void)
{
	int got = capstan_ring_refuse(&ring, 0x02, NULL, 0);

	CHECK(got >= 0 || got == -EPROTO || got == -ESTALE);
	CHECK(got <= (int)(kernel.ring_length_bytes / 112));
}

static void pending(void)
{
	int got = capstan_ring_pending(&ring);

	CHECK((got >= 0 && got < (int)kernel.ring_length_bytes) || got == -EPROTO ||
	      got == -ESTALE);
}

/* After a reset in the middle of rubbish, or on positions that are rubbish. */
static void attach_again(void)
{
	int error;

	if (random_once_in(&source, 2))
		fake_kernel_reset(&kernel);
	error = capstan_ring_attach(&ring, ring.map, ring.map_length_bytes, -1);
	CHECK(error == 0 || error == -EPROTO);
	if (error) {
		fake_kernel_reset(&kernel);
		ring = fake_kernel_attach(&kernel);
	}
	kernel.head = fake_kernel_mailbox(&kernel)->cmd_head;
	kernel.cleaned = ring.answer_position;
	drained_count = 0;
}

static void check_ring(void)
{
	CHECK(ring.map == kernel.map);
	CHECK_EQ(ring.command_ring_length_bytes, kernel.ring_length_bytes);
	CHECK(ring.drain_position < kernel.ring_length_bytes);
	CHECK(ring.answer_position < kernel.ring_length_bytes);
	CHECK_EQ(ring.drain_position % 8, 0);
	CHECK_EQ(ring.answer_position % 8, 0);
}

static void step(void)
{
	uint8_t mailbox[IMMUTABLE_BYTES];

	if (random_once_in(&source, 2))
		queue();
	if (random_once_in(&source, 2))
		spoil();
	memcpy(mailbox, kernel.map, sizeof(mailbox));
	switch (below(8)) {
	case 0:
		pending();
		break;
	case 1:
		refuse();
		break;
	case 2:
		CHECK(capstan_ring_wait(&ring, -1, 0, 1) >= 0);
		break;
	default:
		drain();
		break;
	}
	CHECK_BYTES(kernel.map, mailbox, sizeof(mailbox));
	if (random_once_in(&source, 4))
		spoil();
	complete();
	check_ring();
	if (random_once_in(&source, 8))
		attach_again();
}

static void run(uint64_t seed)
{
	source = (struct random_source){seed};
	drained_count = 0;
	fake_kernel_create(&kernel, 1 + below(3), 16);
	ring = fake_kernel_attach(&kernel);
	for (int i = 0; i < STEPS; i++)
		step();
	fake_kernel_destroy(&kernel);
}

/* The rubbish has to be good enough to get everywhere. */
static void check_coverage(void)
{
	CHECK(drained_total > 1000);
	CHECK(completed_count > 1000);
	CHECK(corrupt_count > 1000);
	CHECK(fault_count[CAPSTAN_FAULT_NONE] > 100);
	CHECK(fault_count[CAPSTAN_FAULT_HALF_ANSWERED] > 100);
	CHECK(fault_count[CAPSTAN_FAULT_CDB] > 100);
	CHECK(fault_count[CAPSTAN_FAULT_IOV_COUNT] > 100);
	CHECK(fault_count[CAPSTAN_FAULT_IOV_RANGE] > 100);
	CHECK(fault_count[CAPSTAN_FAULT_DATA_KIND] > 100);
	CHECK(fault_count[CAPSTAN_FAULT_ABORTED] > 10);
}

int main(void)
{
	random_run_seeds(run, 20);
	if (!getenv("CAPSTAN_SEED"))
		check_coverage();
	return 0;
}
