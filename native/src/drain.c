/* From ring entries to flat descriptors. */
#include <errno.h>

#include "ring.h"

static_assert(offsetof(struct capstan_iov, offset_bytes) == 0, "iov.offset_bytes");
static_assert(offsetof(struct capstan_iov, length_bytes) == 8, "iov.length_bytes");
static_assert(sizeof(struct capstan_iov) == 16, "capstan_iov");

static_assert(offsetof(struct capstan_command, kind) == 0, "kind");
static_assert(offsetof(struct capstan_command, fault) == 4, "fault");
static_assert(offsetof(struct capstan_command, ring_position) == 8, "ring_position");
static_assert(offsetof(struct capstan_command, entry_length_bytes) == 12, "entry_length_bytes");
static_assert(offsetof(struct capstan_command, data_length_bytes) == 16, "data_length_bytes");
static_assert(offsetof(struct capstan_command, command_id) == 24, "command_id");
static_assert(offsetof(struct capstan_command, cdb_length_bytes) == 26, "cdb_length_bytes");
static_assert(offsetof(struct capstan_command, iov_count) == 28, "iov_count");
static_assert(offsetof(struct capstan_command, task_management) == 32, "task_management");
static_assert(offsetof(struct capstan_command, aborted_count) == 36, "aborted_count");
static_assert(offsetof(struct capstan_command, cdb) == 40, "cdb");
static_assert(offsetof(struct capstan_command, aborted_command_ids) == 304, "aborted_command_ids");
static_assert(offsetof(struct capstan_command, iov) == 560, "iov");
static_assert(sizeof(struct capstan_command) == 4656, "capstan_command");
static_assert(_Alignof(struct capstan_command) == 8, "capstan_command");

#define VARIABLE_LENGTH_CDB 0x7f
#define CDB_GROUP_SHIFT 5

/* SAM: the length of a CDB by the group code of its operation code. */
static const uint8_t CDB_LENGTH_BYTES[8] = {6, 10, 10, 12, 16, 12, 10, 10};

/* Returns 0 if that cannot be told from the bytes there are. */
static uint16_t cdb_length_bytes(const uint8_t *cdb, size_t available_bytes)
{
	size_t length_bytes;

	if (available_bytes == 0)
		return 0;
	if (cdb[0] != VARIABLE_LENGTH_CDB)
		length_bytes = CDB_LENGTH_BYTES[cdb[0] >> CDB_GROUP_SHIFT];
	else if (available_bytes >= 8)
		length_bytes = 8 + (size_t)cdb[7];
	else
		return 0;
	return length_bytes <= available_bytes ? (uint16_t)length_bytes : 0;
}

/*
 * The kernel puts the CDB behind the iovecs in the same entry. It must be
 * there: pages of the data area may be missing, and reading one raises SIGBUS.
 */
static uint32_t copy_cdb(const struct capstan_ring *ring, const struct entry *entry,
			 uint64_t cdb_off, struct capstan_command *command)
{
	uint64_t entry_off = (uint64_t)(entry->bytes - ring->map);
	uint64_t available_bytes;
	uint16_t length_bytes;

	if (cdb_off < entry_off + TCMU_IOV_OFFSET || cdb_off >= entry_off + entry->length_bytes)
		return CAPSTAN_FAULT_CDB;
	available_bytes = entry_off + entry->length_bytes - cdb_off;
	if (available_bytes > sizeof(command->cdb))
		available_bytes = sizeof(command->cdb);
	copy_once(command->cdb, ring->map + cdb_off, available_bytes);
	length_bytes = cdb_length_bytes(command->cdb, available_bytes);
	memset(command->cdb + length_bytes, 0, sizeof(command->cdb) - length_bytes);
	command->cdb_length_bytes = length_bytes;
	return length_bytes > 0 ? CAPSTAN_FAULT_NONE : CAPSTAN_FAULT_CDB;
}

/* Appends a piece to the command's data, joined to the last one if adjacent. */
static uint32_t append_iov(struct capstan_command *command, uint64_t offset_bytes,
			   uint64_t length_bytes)
{
	struct capstan_iov *last;

	if (command->iov_count > 0) {
		last = &command->iov[command->iov_count - 1];
		if (last->offset_bytes + last->length_bytes == offset_bytes) {
			last->length_bytes += length_bytes;
			return CAPSTAN_FAULT_NONE;
		}
	}
	if (command->iov_count == CAPSTAN_IOV_MAX)
		return CAPSTAN_FAULT_IOV_LIMIT;
	command->iov[command->iov_count++] = (struct capstan_iov){offset_bytes, length_bytes};
	return CAPSTAN_FAULT_NONE;
}

static uint32_t copy_iov(const struct capstan_ring *ring, const uint8_t *shared,
			 struct capstan_command *command)
{
	uint64_t data_area =
		(uint64_t)ring->command_ring_offset_bytes + ring->command_ring_length_bytes;
	uint64_t data_area_length_bytes = ring->map_length_bytes - data_area;
	struct iovec iov;
	uint64_t offset_bytes;

	copy_once(&iov, shared, sizeof(iov));
	/* The kernel's iov_base is an offset. */
	offset_bytes = (uint64_t)(uintptr_t)iov.iov_base;
	if (offset_bytes < data_area || offset_bytes > ring->map_length_bytes ||
	    iov.iov_len > ring->map_length_bytes - offset_bytes ||
	    iov.iov_len > data_area_length_bytes - command->data_length_bytes)
		return CAPSTAN_FAULT_IOV_RANGE;
	if (iov.iov_len == 0)
		return CAPSTAN_FAULT_NONE;
	command->data_length_bytes += iov.iov_len;
	return append_iov(command, offset_bytes, iov.iov_len);
}

static uint32_t copy_data(const struct capstan_ring *ring, const struct entry *entry,
			  const struct tcmu_cmd_entry *request, struct capstan_command *command)
{
	uint32_t iov_max = (entry->length_bytes - (uint32_t)TCMU_IOV_OFFSET) / sizeof(struct iovec);
	const uint8_t *shared = entry->bytes + TCMU_IOV_OFFSET;
	uint32_t fault = CAPSTAN_FAULT_NONE;

	if (request->req.iov_bidi_cnt != 0 || request->req.iov_dif_cnt != 0)
		return CAPSTAN_FAULT_DATA_KIND;
	if (request->req.iov_cnt > iov_max)
		return CAPSTAN_FAULT_IOV_COUNT;
	for (uint32_t i = 0; i < request->req.iov_cnt && fault == CAPSTAN_FAULT_NONE; i++)
		fault = copy_iov(ring, shared + i * sizeof(struct iovec), command);
	return fault;
}

/* All of a descriptor but its arrays, and the CDB. */
static void begin(const struct capstan_ring *ring, const struct entry *entry, uint32_t kind,
		  struct capstan_command *command)
{
	memset(command, 0, offsetof(struct capstan_command, aborted_command_ids));
	command->kind = kind;
	command->ring_position = ring->drain_position;
	command->entry_length_bytes = entry->length_bytes;
}

static void copy_request(const struct capstan_ring *ring, const struct entry *entry,
			 struct capstan_command *command)
{
	struct tcmu_cmd_entry request;

	copy_once(&request, entry->bytes, sizeof(request));
	begin(ring, entry, CAPSTAN_KIND_COMMAND, command);
	command->command_id = request.hdr.cmd_id;
	if (request.hdr.uflags & TCMU_UFLAG_HALF_ANSWERED) {
		command->fault = CAPSTAN_FAULT_HALF_ANSWERED;
		return;
	}
	command->fault = copy_cdb(ring, entry, request.req.cdb_off, command);
	if (command->fault == CAPSTAN_FAULT_NONE)
		command->fault = copy_data(ring, entry, &request, command);
	if (command->fault != CAPSTAN_FAULT_NONE) {
		command->data_length_bytes = 0;
		command->iov_count = 0;
	}
}

static void copy_task_management(const struct capstan_ring *ring, const struct entry *entry,
				 struct capstan_command *command)
{
	size_t room = (entry->length_bytes - sizeof(struct tcmu_tmr_entry)) / sizeof(uint16_t);
	struct tcmu_tmr_entry notification;

	copy_once(&notification, entry->bytes, sizeof(notification));
	begin(ring, entry, CAPSTAN_KIND_TASK_MANAGEMENT, command);
	command->task_management = notification.tmr_type;
	if (notification.cmd_cnt > room || notification.cmd_cnt > CAPSTAN_ABORTED_MAX) {
		command->fault = CAPSTAN_FAULT_ABORTED;
		return;
	}
	command->aborted_count = notification.cmd_cnt;
	copy_once(command->aborted_command_ids, entry->bytes + sizeof(notification),
		  notification.cmd_cnt * sizeof(uint16_t));
}

/* Returns how many descriptors the entry took: 1 or 0. */
static uint32_t copy_entry(const struct capstan_ring *ring, const struct entry *entry,
			   struct capstan_command *command)
{
	switch (entry->op) {
	case TCMU_OP_CMD:
		copy_request(ring, entry, command);
		return 1;
	case TCMU_OP_TMR:
		copy_task_management(ring, entry, command);
		return 1;
	case TCMU_OP_PAD:
		return 0;
	default:
		entry_set_uflags(entry, TCMU_UFLAG_UNKNOWN_OP);
		return 0;
	}
}

int capstan_ring_drain(struct capstan_ring *ring, struct capstan_command *commands,
		       uint32_t capacity)
{
	uint32_t count = 0;
	uint32_t head;
	int error;

	if (capacity == 0 || capacity > INT32_MAX)
		return -EINVAL;
	error = ring_load_head(ring, &head);
	if (error)
		return error;
	while (ring->drain_position != head && count < capacity) {
		struct entry entry;

		error = ring_entry(ring, ring->drain_position, head, &entry);
		if (error)
			break;
		count += copy_entry(ring, &entry, &commands[count]);
		ring->drain_position = ring_next(ring, ring->drain_position, &entry);
	}
	ring_skip_unanswerable(ring);
	/* What precedes a corrupt entry comes first; the next call finds it again. */
	return count > 0 ? (int)count : error;
}
