/* Data buffers: inside the data area, joined where adjacent, never cut short. */
#include <string.h>

#include "check.h"
#include "fake_kernel.h"

#define DATA_PAGES 1024

static struct fake_kernel kernel;
static struct capstan_ring ring;
static struct capstan_command command;
static struct iovec iov[CAPSTAN_IOV_MAX * 2];

static const uint8_t READ_6[] = {0x08, 0, 0, 0, 0, 0};

static void create(void)
{
	fake_kernel_create(&kernel, 4, DATA_PAGES);
	ring = fake_kernel_attach(&kernel);
	memset(&command, 0xaa, sizeof(command));
}

static uint32_t queue(uint32_t iov_count)
{
	struct fake_command queued = {1, READ_6, sizeof(READ_6), iov, iov_count};
	uint32_t position = fake_kernel_queue(&kernel, &queued);

	CHECK(position != NO_ROOM);
	return position;
}

static void drain(void)
{
	CHECK_EQ(capstan_ring_drain(&ring, &command, 1), 1);
}

/* The command is refused for this reason, but can be answered. */
static void check_fault(uint32_t fault)
{
	struct fake_completion completion;

	drain();
	CHECK_EQ(command.kind, CAPSTAN_KIND_COMMAND);
	CHECK_EQ(command.fault, fault);
	CHECK_EQ(command.command_id, 1);
	CHECK_EQ(command.iov_count, 0);
	CHECK_EQ(command.data_length_bytes, 0);
	/* Which command it was can be told. */
	CHECK_EQ(command.cdb_length_bytes, 6);
	CHECK_BYTES(command.cdb, READ_6, 6);
	CHECK_EQ(capstan_ring_complete(&ring, &command, 0x02, 0, NULL, 0), 0);
	CHECK_EQ(fake_kernel_reap(&kernel, &completion, 1), 1);
	CHECK_EQ(completion.status, 0x02);
	CHECK_EQ(capstan_ring_pending(&ring), 0);
	fake_kernel_destroy(&kernel);
}

/* Pages that lie apart: every second one. */
static void fill_apart(uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		iov[i] = fake_kernel_data(&kernel, (uint64_t)i * 2 * PAGE_BYTES, PAGE_BYTES);
}

static void no_data(void)
{
	create();
	queue(0);
	drain();
	CHECK_EQ(command.fault, CAPSTAN_FAULT_NONE);
	CHECK_EQ(command.iov_count, 0);
	CHECK_EQ(command.data_length_bytes, 0);
	fake_kernel_destroy(&kernel);
}

static void pieces_that_lie_apart_stay_apart(void)
{
	create();
	iov[0] = fake_kernel_data(&kernel, 0, 4096);
	iov[1] = fake_kernel_data(&kernel, 8192, 4096);
	iov[2] = fake_kernel_data(&kernel, 4096, 100); /* behind the first, but not after it */
	queue(3);
	drain();
	CHECK_EQ(command.iov_count, 3);
	CHECK_EQ(command.data_length_bytes, 8292);
	CHECK_EQ(command.iov[1].offset_bytes, kernel.data_offset_bytes + 8192);
	CHECK_EQ(command.iov[2].offset_bytes, kernel.data_offset_bytes + 4096);
	CHECK_EQ(command.iov[2].length_bytes, 100);
	CHECK_EQ(command.iov[3].length_bytes, 0xaaaaaaaaaaaaaaaa);
	fake_kernel_destroy(&kernel);
}

static void adjacent_pieces_are_one(void)
{
	create();
	iov[0] = fake_kernel_data(&kernel, 0, 4096);
	iov[1] = fake_kernel_data(&kernel, 4096, 4096);
	iov[2] = fake_kernel_data(&kernel, 8192, 1000);
	iov[3] = fake_kernel_data(&kernel, 20480, 10);
	iov[4] = fake_kernel_data(&kernel, 20490, 20);
	queue(5);
	drain();
	CHECK_EQ(command.iov_count, 2);
	CHECK_EQ(command.iov[0].offset_bytes, kernel.data_offset_bytes);
	CHECK_EQ(command.iov[0].length_bytes, 9192);
	CHECK_EQ(command.iov[1].offset_bytes, kernel.data_offset_bytes + 20480);
	CHECK_EQ(command.iov[1].length_bytes, 30);
	CHECK_EQ(command.data_length_bytes, 9222);
	fake_kernel_destroy(&kernel);
}

static void empty_pieces_are_none(void)
{
	create();
	iov[0] = fake_kernel_data(&kernel, 0, 0);
	iov[1] = fake_kernel_data(&kernel, 0, 512);
	iov[2] = fake_kernel_data(&kernel, 99, 0);
	iov[3] = fake_kernel_data(&kernel, 512, 512);
	queue(4);
	drain();
	CHECK_EQ(command.iov_count, 1);
	CHECK_EQ(command.iov[0].length_bytes, 1024);
	fake_kernel_destroy(&kernel);
}

static void as_many_pieces_as_there_is_room_for(void)
{
	create();
	fill_apart(CAPSTAN_IOV_MAX);
	queue(CAPSTAN_IOV_MAX);
	drain();
	CHECK_EQ(command.fault, CAPSTAN_FAULT_NONE);
	CHECK_EQ(command.iov_count, CAPSTAN_IOV_MAX);
	CHECK_EQ(command.data_length_bytes, 1048576);
	CHECK_EQ(command.iov[255].offset_bytes, kernel.data_offset_bytes + 510 * PAGE_BYTES);
	fake_kernel_destroy(&kernel);
}

static void one_piece_too_many(void)
{
	create();
	fill_apart(CAPSTAN_IOV_MAX + 1);
	queue(CAPSTAN_IOV_MAX + 1);
	check_fault(CAPSTAN_FAULT_IOV_LIMIT);
}

static void more_pieces_that_fit_once_joined(void)
{
	create();
	for (uint32_t i = 0; i < CAPSTAN_IOV_MAX * 2; i++)
		iov[i] = fake_kernel_data(&kernel, (uint64_t)(i + i / 2) * PAGE_BYTES, PAGE_BYTES);
	queue(CAPSTAN_IOV_MAX * 2);
	drain();
	CHECK_EQ(command.fault, CAPSTAN_FAULT_NONE);
	CHECK_EQ(command.iov_count, CAPSTAN_IOV_MAX);
	CHECK_EQ(command.iov[255].length_bytes, 2 * PAGE_BYTES);
	CHECK_EQ(command.data_length_bytes, 2097152);
	fake_kernel_destroy(&kernel);
}

/* In the last place, the piece after the joined ones still joins. */
static void a_full_list_still_joins(void)
{
	create();
	fill_apart(CAPSTAN_IOV_MAX);
	iov[CAPSTAN_IOV_MAX] = fake_kernel_data(&kernel, 511 * PAGE_BYTES, 10);
	queue(CAPSTAN_IOV_MAX + 1);
	drain();
	CHECK_EQ(command.fault, CAPSTAN_FAULT_NONE);
	CHECK_EQ(command.iov[255].length_bytes, PAGE_BYTES + 10);
	fake_kernel_destroy(&kernel);
}

static void the_whole_data_area(void)
{
	create();
	iov[0] = fake_kernel_data(&kernel, 0, kernel.data_length_bytes);
	queue(1);
	drain();
	CHECK_EQ(command.fault, CAPSTAN_FAULT_NONE);
	CHECK_EQ(command.data_length_bytes, DATA_PAGES * PAGE_BYTES);
	fake_kernel_destroy(&kernel);
}

static void pieces_outside_the_data_area(void)
{
	const uint64_t data = 4 * PAGE_BYTES;
	const uint64_t end = data + DATA_PAGES * PAGE_BYTES;
	const struct {
		uint64_t offset_bytes;
		uint64_t length_bytes;
	} pieces[] = {
		{0, 64},                    /* the mailbox */
		{128, 512},                 /* the command ring */
		{data - 1, 2},              /* begins in it */
		{end - 10, 11},             /* ends outside */
		{end, 1},                   /* is outside */
		{end + 1, 0},               /* is nothing, but outside */
		{data, UINT64_MAX},         /* wraps */
		{UINT64_MAX, 1},            /* wraps */
		{UINT64_MAX - 7, data + 8}, /* wraps to a fitting end */
		{1ull << 63, 1ull << 63},   /* wraps to 0 */
	};

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		create();
		iov[0] = fake_kernel_data(&kernel, 0, 512);
		iov[1].iov_base = (void *)(uintptr_t)pieces[i].offset_bytes;
		iov[1].iov_len = pieces[i].length_bytes;
		queue(2);
		check_fault(CAPSTAN_FAULT_IOV_RANGE);
	}
}

/* Each piece fits, but a length that no buffer can have must not come out. */
static void pieces_that_overlap_to_more_than_the_data_area(void)
{
	create();
	iov[0] = fake_kernel_data(&kernel, 0, kernel.data_length_bytes);
	iov[1] = fake_kernel_data(&kernel, 0, 1);
	queue(2);
	check_fault(CAPSTAN_FAULT_IOV_RANGE);
}

static void a_data_area_of_nothing(void)
{
	fake_kernel_create(&kernel, 4, 0);
	ring = fake_kernel_attach(&kernel);
	iov[0] = fake_kernel_data(&kernel, 0, 1);
	queue(1);
	check_fault(CAPSTAN_FAULT_IOV_RANGE);
}

static void more_pieces_than_the_entry_holds(void)
{
	/* Of 120 bytes, 72 can be iovecs: four, the last one over the CDB. */
	static const uint32_t counts[] = {5, 257, 0x10000000, 0x10000001, UINT32_MAX};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		create();
		fake_kernel_entry(&kernel, queue(0))->req.iov_cnt = counts[i];
		check_fault(CAPSTAN_FAULT_IOV_COUNT);
	}
}

static void data_of_another_kind(void)
{
	create();
	fake_kernel_entry(&kernel, queue(0))->req.iov_bidi_cnt = 1;
	check_fault(CAPSTAN_FAULT_DATA_KIND);
	create();
	fake_kernel_entry(&kernel, queue(0))->req.iov_dif_cnt = 1;
	check_fault(CAPSTAN_FAULT_DATA_KIND);
}

/* A fault must not stick to the descriptor, nor to the ring. */
static void a_sound_command_after_a_fault(void)
{
	struct fake_command sound = {2, READ_6, sizeof(READ_6), iov, 1};

	create();
	iov[0] = fake_kernel_data(&kernel, kernel.data_length_bytes, 1);
	queue(1);
	iov[0] = fake_kernel_data(&kernel, 0, 1);
	CHECK(fake_kernel_queue(&kernel, &sound) != NO_ROOM);
	drain();
	CHECK_EQ(command.fault, CAPSTAN_FAULT_IOV_RANGE);
	drain();
	CHECK_EQ(command.fault, CAPSTAN_FAULT_NONE);
	CHECK_EQ(command.command_id, 2);
	CHECK_EQ(command.data_length_bytes, 1);
	fake_kernel_destroy(&kernel);
}

int main(void)
{
	RUN(no_data);
	RUN(pieces_that_lie_apart_stay_apart);
	RUN(adjacent_pieces_are_one);
	RUN(empty_pieces_are_none);
	RUN(as_many_pieces_as_there_is_room_for);
	RUN(one_piece_too_many);
	RUN(more_pieces_that_fit_once_joined);
	RUN(a_full_list_still_joins);
	RUN(the_whole_data_area);
	RUN(pieces_outside_the_data_area);
	RUN(pieces_that_overlap_to_more_than_the_data_area);
	RUN(a_data_area_of_nothing);
	RUN(more_pieces_than_the_entry_holds);
	RUN(data_of_another_kind);
	RUN(a_sound_command_after_a_fault);
	return 0;
}
