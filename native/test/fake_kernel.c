#include "fake_kernel.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "check.h"

#define RING_OFFSET_BYTES ((uint32_t)sizeof(struct tcmu_mailbox))

static uint32_t round_up(uint32_t value, uint32_t to)
{
	return (value + to - 1) / to * to;
}

void fake_kernel_format(struct fake_kernel *kernel, uint8_t *map, uint32_t ring_pages,
			uint32_t data_pages)
{
	struct tcmu_mailbox *mailbox = (struct tcmu_mailbox *)(void *)map;

	memset(kernel, 0, sizeof(*kernel));
	kernel->map = map;
	kernel->map_length_bytes = (uint64_t)(ring_pages + data_pages) * PAGE_BYTES;
	kernel->ring_offset_bytes = RING_OFFSET_BYTES;
	kernel->ring_length_bytes = ring_pages * PAGE_BYTES - RING_OFFSET_BYTES;
	kernel->data_offset_bytes = (uint64_t)ring_pages * PAGE_BYTES;
	kernel->data_length_bytes = (uint64_t)data_pages * PAGE_BYTES;
	mailbox->version = TCMU_MAILBOX_VERSION;
	mailbox->flags = TCMU_MAILBOX_FLAG_CAP_OOOC | TCMU_MAILBOX_FLAG_CAP_READ_LEN |
			 TCMU_MAILBOX_FLAG_CAP_TMR | TCMU_MAILBOX_FLAG_CAP_KEEP_BUF;
	mailbox->cmdr_off = kernel->ring_offset_bytes;
	mailbox->cmdr_size = kernel->ring_length_bytes;
	mailbox->cmd_head = 0;
	mailbox->cmd_tail = 0;
}

void fake_kernel_create(struct fake_kernel *kernel, uint32_t ring_pages, uint32_t data_pages)
{
	size_t guarded_bytes = (size_t)(ring_pages + data_pages + 2) * PAGE_BYTES;
	uint8_t *guarded;

	/* Shared, so that a forked process sees and changes the same ring. */
	guarded = mmap(NULL, guarded_bytes, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(guarded != MAP_FAILED);
	CHECK_EQ(mprotect(guarded + PAGE_BYTES, (size_t)ring_pages * PAGE_BYTES,
			  PROT_READ | PROT_WRITE),
		 0);
	fake_kernel_format(kernel, guarded + PAGE_BYTES, ring_pages, data_pages);
}

void fake_kernel_destroy(struct fake_kernel *kernel)
{
	CHECK_EQ(munmap(kernel->map - PAGE_BYTES, kernel->map_length_bytes + 2 * PAGE_BYTES), 0);
}

struct capstan_ring fake_kernel_attach(const struct fake_kernel *kernel)
{
	struct capstan_ring ring;

	CHECK_EQ(capstan_ring_attach(&ring, kernel->map, kernel->map_length_bytes, -1), 0);
	return ring;
}

struct tcmu_mailbox *fake_kernel_mailbox(const struct fake_kernel *kernel)
{
	return (struct tcmu_mailbox *)(void *)kernel->map;
}

struct tcmu_cmd_entry *fake_kernel_entry(const struct fake_kernel *kernel, uint32_t position)
{
	return (struct tcmu_cmd_entry *)(void *)(kernel->map + kernel->ring_offset_bytes + position);
}

static _Atomic uint32_t *mailbox_word(const struct fake_kernel *kernel, size_t offset_bytes)
{
	return (_Atomic uint32_t *)(void *)(kernel->map + offset_bytes);
}

static uint32_t load_tail(const struct fake_kernel *kernel)
{
	return atomic_load_explicit(mailbox_word(kernel, offsetof(struct tcmu_mailbox, cmd_tail)),
				    memory_order_acquire);
}

void fake_kernel_set_head(struct fake_kernel *kernel, uint32_t head)
{
	kernel->head = head;
	atomic_store_explicit(mailbox_word(kernel, offsetof(struct tcmu_mailbox, cmd_head)), head,
			      memory_order_release);
}

void fake_kernel_start_at(struct fake_kernel *kernel, uint32_t position)
{
	kernel->cleaned = position;
	fake_kernel_set_head(kernel, position);
	fake_kernel_mailbox(kernel)->cmd_tail = position;
}

static uint32_t free_bytes(const struct fake_kernel *kernel)
{
	uint32_t used_bytes = kernel->head >= kernel->cleaned
				      ? kernel->head - kernel->cleaned
				      : kernel->ring_length_bytes - kernel->cleaned + kernel->head;

	return kernel->ring_length_bytes - used_bytes - 1;
}

static void write_header(struct fake_kernel *kernel, uint32_t op, uint32_t length_bytes, uint16_t id)
{
	struct tcmu_cmd_entry *entry = fake_kernel_entry(kernel, kernel->head);

	memset(entry, 0, length_bytes);
	entry->hdr.len_op = length_bytes | op;
	entry->hdr.cmd_id = id;
}

/* Makes room, padding if need be, and writes the header. NO_ROOM or position. */
static uint32_t begin(struct fake_kernel *kernel, uint32_t op, uint32_t length_bytes, uint16_t id)
{
	uint32_t to_end_bytes = kernel->ring_length_bytes - kernel->head;
	uint32_t padding_bytes = to_end_bytes < length_bytes ? to_end_bytes : 0;

	if (free_bytes(kernel) < padding_bytes + length_bytes)
		return NO_ROOM;
	if (padding_bytes > 0) {
		/* The kernel, too, publishes padding before the entry behind it. */
		write_header(kernel, TCMU_OP_PAD, padding_bytes, 0);
		fake_kernel_set_head(kernel, 0);
	}
	write_header(kernel, op, length_bytes, id);
	return kernel->head;
}

static void publish(struct fake_kernel *kernel, uint32_t length_bytes)
{
	fake_kernel_set_head(kernel, (kernel->head + length_bytes) % kernel->ring_length_bytes);
}

uint32_t fake_kernel_queue(struct fake_kernel *kernel, const struct fake_command *command)
{
	uint32_t iovs_end_bytes =
		(uint32_t)(TCMU_IOV_OFFSET + command->iov_count * sizeof(struct iovec));
	uint32_t base_bytes = iovs_end_bytes > sizeof(struct tcmu_cmd_entry)
				      ? iovs_end_bytes
				      : (uint32_t)sizeof(struct tcmu_cmd_entry);
	uint32_t length_bytes = base_bytes + round_up(command->cdb_length_bytes, 8);
	uint32_t position = begin(kernel, TCMU_OP_CMD, length_bytes, command->id);
	struct tcmu_cmd_entry *entry;
	uint8_t *bytes;

	if (position == NO_ROOM)
		return NO_ROOM;
	CHECK(!kernel->outstanding[command->id]);
	kernel->outstanding[command->id] = true;
	entry = fake_kernel_entry(kernel, position);
	bytes = (uint8_t *)entry;
	entry->req.iov_cnt = command->iov_count;
	entry->req.cdb_off = kernel->ring_offset_bytes + position + base_bytes;
	if (command->iov_count > 0)
		memcpy(bytes + TCMU_IOV_OFFSET, command->iov,
		       command->iov_count * sizeof(struct iovec));
	memcpy(bytes + base_bytes, command->cdb, command->cdb_length_bytes);
	publish(kernel, length_bytes);
	return position;
}

uint32_t fake_kernel_queue_plain(struct fake_kernel *kernel, uint16_t id)
{
	static const uint8_t test_unit_ready[6];
	struct fake_command command = {
		.id = id, .cdb = test_unit_ready, .cdb_length_bytes = sizeof(test_unit_ready)};

	return fake_kernel_queue(kernel, &command);
}

uint32_t fake_kernel_queue_task_management(struct fake_kernel *kernel, uint8_t type,
					   const uint16_t *ids, uint32_t id_count)
{
	uint32_t length_bytes = round_up(
		(uint32_t)(sizeof(struct tcmu_tmr_entry) + id_count * sizeof(uint16_t)), 8);
	uint32_t position = begin(kernel, TCMU_OP_TMR, length_bytes, 0);
	struct tcmu_tmr_entry *entry;

	if (position == NO_ROOM)
		return NO_ROOM;
	entry = (struct tcmu_tmr_entry *)(void *)fake_kernel_entry(kernel, position);
	entry->tmr_type = type;
	entry->cmd_cnt = id_count;
	if (id_count > 0)
		memcpy((uint8_t *)entry + sizeof(*entry), ids, id_count * sizeof(uint16_t));
	publish(kernel, length_bytes);
	return position;
}

uint32_t fake_kernel_queue_raw(struct fake_kernel *kernel, uint32_t op, uint32_t length_bytes,
			       uint16_t id)
{
	uint32_t position = begin(kernel, op, length_bytes, id);

	if (position == NO_ROOM)
		return NO_ROOM;
	if (op != TCMU_OP_PAD && op != TCMU_OP_TMR)
		kernel->outstanding[id] = true;
	publish(kernel, length_bytes);
	return position;
}

struct iovec fake_kernel_data(const struct fake_kernel *kernel, uint64_t offset_bytes,
			      uint64_t length_bytes)
{
	return (struct iovec){(void *)(uintptr_t)(kernel->data_offset_bytes + offset_bytes),
			      length_bytes};
}

static void take(struct fake_kernel *kernel, const struct tcmu_cmd_entry *entry,
		 struct fake_completion *completion)
{
	CHECK(kernel->outstanding[entry->hdr.cmd_id]);
	kernel->outstanding[entry->hdr.cmd_id] = false;
	completion->id = entry->hdr.cmd_id;
	completion->uflags = entry->hdr.uflags;
	if (completion->uflags & TCMU_UFLAG_UNKNOWN_OP) {
		/* There is no response then; the kernel fails the command. */
		completion->status = 0x02;
		completion->read_length_bytes = 0;
		memset(completion->sense, 0, sizeof(completion->sense));
		return;
	}
	completion->status = entry->rsp.scsi_status;
	completion->read_length_bytes = entry->rsp.read_len;
	memcpy(completion->sense, entry->rsp.sense_buffer, sizeof(completion->sense));
}

uint32_t fake_kernel_reap(struct fake_kernel *kernel, struct fake_completion *completions,
			  uint32_t capacity)
{
	uint32_t tail = load_tail(kernel);
	uint32_t count = 0;

	while (kernel->cleaned != tail && count < capacity) {
		const struct tcmu_cmd_entry *entry = fake_kernel_entry(kernel, kernel->cleaned);
		uint32_t length_bytes = tcmu_hdr_get_len(entry->hdr.len_op);
		uint32_t op = tcmu_hdr_get_op(entry->hdr.len_op);

		CHECK(length_bytes > 0);
		/* The kernel expects a command here unless it is one of these. */
		if (op != TCMU_OP_PAD && op != TCMU_OP_TMR)
			take(kernel, entry, &completions[count++]);
		kernel->cleaned = (kernel->cleaned + length_bytes) % kernel->ring_length_bytes;
	}
	return count;
}

void fake_kernel_reset(struct fake_kernel *kernel)
{
	memset(kernel->outstanding, 0, sizeof(kernel->outstanding));
	fake_kernel_start_at(kernel, 0);
}
