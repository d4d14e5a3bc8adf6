/* The public layout as numbers, for bindings that cannot include the header. */
#include <errno.h>
#include <stddef.h>

#include "capstan.h"

#define RING(field) offsetof(struct capstan_ring, field)
#define COMMAND(field) offsetof(struct capstan_command, field)
#define IOV(field) offsetof(struct capstan_iov, field)

static const uint16_t LAYOUT[CAPSTAN_LAYOUT_ITEM_COUNT] = {
	[CAPSTAN_LAYOUT_RING_SIZE] = sizeof(struct capstan_ring),
	[CAPSTAN_LAYOUT_RING_MAP] = RING(map),
	[CAPSTAN_LAYOUT_RING_MAP_LENGTH_BYTES] = RING(map_length_bytes),
	[CAPSTAN_LAYOUT_RING_COMMAND_RING_OFFSET_BYTES] = RING(command_ring_offset_bytes),
	[CAPSTAN_LAYOUT_RING_COMMAND_RING_LENGTH_BYTES] = RING(command_ring_length_bytes),
	[CAPSTAN_LAYOUT_RING_DRAIN_POSITION] = RING(drain_position),
	[CAPSTAN_LAYOUT_RING_ANSWER_POSITION] = RING(answer_position),
	[CAPSTAN_LAYOUT_RING_UIO_FD] = RING(uio_fd),
	[CAPSTAN_LAYOUT_RING_MAILBOX_FLAGS] = RING(mailbox_flags),
	[CAPSTAN_LAYOUT_COMMAND_SIZE] = sizeof(struct capstan_command),
	[CAPSTAN_LAYOUT_COMMAND_KIND] = COMMAND(kind),
	[CAPSTAN_LAYOUT_COMMAND_FAULT] = COMMAND(fault),
	[CAPSTAN_LAYOUT_COMMAND_RING_POSITION] = COMMAND(ring_position),
	[CAPSTAN_LAYOUT_COMMAND_ENTRY_LENGTH_BYTES] = COMMAND(entry_length_bytes),
	[CAPSTAN_LAYOUT_COMMAND_DATA_LENGTH_BYTES] = COMMAND(data_length_bytes),
	[CAPSTAN_LAYOUT_COMMAND_COMMAND_ID] = COMMAND(command_id),
	[CAPSTAN_LAYOUT_COMMAND_CDB_LENGTH_BYTES] = COMMAND(cdb_length_bytes),
	[CAPSTAN_LAYOUT_COMMAND_IOV_COUNT] = COMMAND(iov_count),
	[CAPSTAN_LAYOUT_COMMAND_TASK_MANAGEMENT] = COMMAND(task_management),
	[CAPSTAN_LAYOUT_COMMAND_ABORTED_COUNT] = COMMAND(aborted_count),
	[CAPSTAN_LAYOUT_COMMAND_CDB] = COMMAND(cdb),
	[CAPSTAN_LAYOUT_COMMAND_ABORTED_COMMAND_IDS] = COMMAND(aborted_command_ids),
	[CAPSTAN_LAYOUT_COMMAND_IOV] = COMMAND(iov),
	[CAPSTAN_LAYOUT_IOV_SIZE] = sizeof(struct capstan_iov),
	[CAPSTAN_LAYOUT_IOV_OFFSET_BYTES] = IOV(offset_bytes),
	[CAPSTAN_LAYOUT_IOV_LENGTH_BYTES] = IOV(length_bytes),
	[CAPSTAN_LAYOUT_IOV_MAX] = CAPSTAN_IOV_MAX,
	[CAPSTAN_LAYOUT_CDB_MAX] = CAPSTAN_CDB_MAX,
	[CAPSTAN_LAYOUT_ABORTED_MAX] = CAPSTAN_ABORTED_MAX,
	[CAPSTAN_LAYOUT_SENSE_MAX] = CAPSTAN_SENSE_MAX,
};

int capstan_abi(void)
{
	return CAPSTAN_ABI_VERSION;
}

int capstan_layout(uint32_t item)
{
	return item < CAPSTAN_LAYOUT_ITEM_COUNT ? LAYOUT[item] : -EINVAL;
}
