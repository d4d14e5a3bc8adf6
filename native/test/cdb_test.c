/* A CDB that is not where it has to be, or not long enough. */
#include <string.h>

#include "check.h"
#include "fake_kernel.h"

static struct fake_kernel kernel;
static struct capstan_ring ring;
static struct capstan_command command;

static void create(void)
{
	fake_kernel_create(&kernel, 1, 4);
	ring = fake_kernel_attach(&kernel);
	memset(&command, 0xaa, sizeof(command));
}

static void check_fault(void)
{
	static const uint8_t zeros[CAPSTAN_CDB_MAX];
	struct fake_completion completion;

	CHECK_EQ(capstan_ring_drain(&ring, &command, 1), 1);
	CHECK_EQ(command.fault, CAPSTAN_FAULT_CDB);
	CHECK_EQ(command.command_id, 6);
	CHECK_EQ(command.cdb_length_bytes, 0);
	CHECK_BYTES(command.cdb, zeros, sizeof(zeros));
	CHECK_EQ(command.iov_count, 0);
	CHECK_EQ(capstan_ring_complete(&ring, &command, 0x02, 0, NULL, 0), 0);
	CHECK_EQ(fake_kernel_reap(&kernel, &completion, 1), 1);
	CHECK_EQ(completion.id, 6);
	fake_kernel_destroy(&kernel);
}

static void offsets_outside_the_entry(void)
{
	/* The entry lies at 480 in the ring, at 608 in the map, 120 bytes long. */
	static const uint64_t offsets[] = {
		0,                  /* the mailbox */
		608,                /* the header */
		608 + 47,           /* the request */
		608 + 120,          /* the next entry */
		4096,               /* the data area, where pages may be missing */
		5 * 4096,           /* the end of the map */
		UINT64_MAX,         /* far out */
		UINT64_MAX - 479,   /* far out, wrapping */
	};

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		create();
		fake_kernel_start_at(&kernel, 480);
		ring = fake_kernel_attach(&kernel);
		CHECK_EQ(fake_kernel_queue_plain(&kernel, 6), 480);
		fake_kernel_entry(&kernel, 480)->req.cdb_off = offsets[i];
		check_fault();
	}
}

/* The CDB begins in the entry, and by its group code ends behind it. */
static void cdbs_that_leave_the_entry(void)
{
	static const struct {
		uint8_t operation_code;
		uint64_t offset_bytes; /* in an entry of 120 bytes */
	} cdbs[] = {
		{0x00, 115}, {0x28, 111}, {0x88, 105}, {0xa8, 109}, {0x7f, 113}, {0x7f, 119},
	};

	for (size_t i = 0; i < sizeof(cdbs) / sizeof(cdbs[0]); i++) {
		uint8_t *entry;

		create();
		CHECK_EQ(fake_kernel_queue_plain(&kernel, 6), 0);
		entry = kernel.map + 128;
		fake_kernel_entry(&kernel, 0)->req.cdb_off = 128 + cdbs[i].offset_bytes;
		entry[cdbs[i].offset_bytes] = cdbs[i].operation_code;
		check_fault();
	}
}

static void a_variable_length_cdb_longer_than_its_entry(void)
{
	static const uint8_t cdb[16] = {0x7f, 0, 0, 0, 0, 0, 0, 9};
	struct fake_command queued = {.id = 6, .cdb = cdb, .cdb_length_bytes = sizeof(cdb)};

	create();
	fake_kernel_queue(&kernel, &queued);
	check_fault();
}

static void a_cdb_up_to_the_end_of_its_entry(void)
{
	create();
	CHECK_EQ(fake_kernel_queue_plain(&kernel, 6), 0);
	fake_kernel_entry(&kernel, 0)->req.cdb_off = 128 + 114;
	kernel.map[128 + 114] = 0x1b;
	kernel.map[128 + 119] = 0x42;
	CHECK_EQ(capstan_ring_drain(&ring, &command, 1), 1);
	CHECK_EQ(command.fault, CAPSTAN_FAULT_NONE);
	CHECK_EQ(command.cdb_length_bytes, 6);
	CHECK_EQ(command.cdb[0], 0x1b);
	CHECK_EQ(command.cdb[5], 0x42);
	fake_kernel_destroy(&kernel);
}

/* No more of a long entry is taken for the CDB than a CDB has room for. */
static void a_cdb_with_a_long_entry_behind_it(void)
{
	static const uint8_t cdb[263] = {0x7f, 0, 0, 0, 0, 0, 0, 255};
	struct fake_command queued = {.id = 6, .cdb = cdb, .cdb_length_bytes = sizeof(cdb)};

	create();
	CHECK_EQ(fake_kernel_queue(&kernel, &queued), 0);
	fake_kernel_entry(&kernel, 0)->req.cdb_off = 128 + 48;
	CHECK_EQ(capstan_ring_drain(&ring, &command, 1), 1);
	CHECK_EQ(command.fault, CAPSTAN_FAULT_NONE);
	CHECK_EQ(command.cdb_length_bytes, 6);
	for (size_t i = 0; i < CAPSTAN_ABORTED_MAX; i++)
		CHECK_EQ(command.aborted_command_ids[i], 0xaaaa);
	fake_kernel_destroy(&kernel);
}

/* As the last thing of the map's readable part. */
static void a_cdb_at_the_end_of_the_ring(void)
{
	uint32_t position;

	create();
	position = kernel.ring_length_bytes - 120;
	fake_kernel_start_at(&kernel, position);
	ring = fake_kernel_attach(&kernel);
	CHECK_EQ(fake_kernel_queue_plain(&kernel, 6), position);
	CHECK_EQ(capstan_ring_drain(&ring, &command, 1), 1);
	CHECK_EQ(command.fault, CAPSTAN_FAULT_NONE);
	fake_kernel_destroy(&kernel);
}

int main(void)
{
	RUN(offsets_outside_the_entry);
	RUN(cdbs_that_leave_the_entry);
	RUN(a_variable_length_cdb_longer_than_its_entry);
	RUN(a_cdb_up_to_the_end_of_its_entry);
	RUN(a_cdb_with_a_long_entry_behind_it);
	RUN(a_cdb_at_the_end_of_the_ring);
	return 0;
}
