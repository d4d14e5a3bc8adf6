/* The layout that foreign bindings ask for is the layout C has. */
#include <errno.h>
#include <stddef.h>

#include "capstan.h"
#include "check.h"

#define CHECK_RING(item, field)                                                                \
	CHECK_EQ(capstan_layout(CAPSTAN_LAYOUT_RING_##item), offsetof(struct capstan_ring, field))
#define CHECK_COMMAND(item, field)                                                             \
	CHECK_EQ(capstan_layout(CAPSTAN_LAYOUT_COMMAND_##item),                                \
		 offsetof(struct capstan_command, field))

static void abi_is_that_of_the_header(void)
{
	CHECK_EQ(capstan_abi(), CAPSTAN_ABI_VERSION);
}

static void ring_items(void)
{
	CHECK_EQ(capstan_layout(CAPSTAN_LAYOUT_RING_SIZE), sizeof(struct capstan_ring));
	CHECK_RING(MAP, map);
	CHECK_RING(MAP_LENGTH_BYTES, map_length_bytes);
	CHECK_RING(COMMAND_RING_OFFSET_BYTES, command_ring_offset_bytes);
	CHECK_RING(COMMAND_RING_LENGTH_BYTES, command_ring_length_bytes);
	CHECK_RING(DRAIN_POSITION, drain_position);
	CHECK_RING(ANSWER_POSITION, answer_position);
	CHECK_RING(UIO_FD, uio_fd);
	CHECK_RING(MAILBOX_FLAGS, mailbox_flags);
}

static void command_items(void)
{
	CHECK_EQ(capstan_layout(CAPSTAN_LAYOUT_COMMAND_SIZE), sizeof(struct capstan_command));
	CHECK_COMMAND(KIND, kind);
	CHECK_COMMAND(FAULT, fault);
	CHECK_COMMAND(RING_POSITION, ring_position);
	CHECK_COMMAND(ENTRY_LENGTH_BYTES, entry_length_bytes);
	CHECK_COMMAND(DATA_LENGTH_BYTES, data_length_bytes);
	CHECK_COMMAND(COMMAND_ID, command_id);
	CHECK_COMMAND(CDB_LENGTH_BYTES, cdb_length_bytes);
	CHECK_COMMAND(IOV_COUNT, iov_count);
	CHECK_COMMAND(TASK_MANAGEMENT, task_management);
	CHECK_COMMAND(ABORTED_COUNT, aborted_count);
	CHECK_COMMAND(CDB, cdb);
	CHECK_COMMAND(ABORTED_COMMAND_IDS, aborted_command_ids);
	CHECK_COMMAND(IOV, iov);
	CHECK_EQ(capstan_layout(CAPSTAN_LAYOUT_IOV_SIZE), sizeof(struct capstan_iov));
	CHECK_EQ(capstan_layout(CAPSTAN_LAYOUT_IOV_OFFSET_BYTES),
		 offsetof(struct capstan_iov, offset_bytes));
	CHECK_EQ(capstan_layout(CAPSTAN_LAYOUT_IOV_LENGTH_BYTES),
		 offsetof(struct capstan_iov, length_bytes));
}

static void maxima(void)
{
	CHECK_EQ(capstan_layout(CAPSTAN_LAYOUT_IOV_MAX), 256);
	CHECK_EQ(capstan_layout(CAPSTAN_LAYOUT_CDB_MAX), 264);
	CHECK_EQ(capstan_layout(CAPSTAN_LAYOUT_ABORTED_MAX), 128);
	CHECK_EQ(capstan_layout(CAPSTAN_LAYOUT_SENSE_MAX), 96);
}

/* By hand, from the margins of the header: what a binding has written down. */
static void offsets_of_the_binding(void)
{
	CHECK_EQ(capstan_layout(0), 40);
	CHECK_EQ(capstan_layout(9), 4656);
	CHECK_EQ(capstan_layout(15), 24);
	CHECK_EQ(capstan_layout(20), 40);
	CHECK_EQ(capstan_layout(21), 304);
	CHECK_EQ(capstan_layout(22), 560);
}

static void what_is_no_item(void)
{
	CHECK_EQ(capstan_layout(CAPSTAN_LAYOUT_ITEM_COUNT), -EINVAL);
	CHECK_EQ(capstan_layout(UINT32_MAX), -EINVAL);
}

int main(void)
{
	RUN(abi_is_that_of_the_header);
	RUN(ring_items);
	RUN(command_items);
	RUN(maxima);
	RUN(offsets_of_the_binding);
	RUN(what_is_no_item);
	return 0;
}
