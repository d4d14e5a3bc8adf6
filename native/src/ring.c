#include "ring.h"

#include <errno.h>
#include <stdbool.h>

static_assert(offsetof(struct capstan_ring, map) == 0, "map");
static_assert(offsetof(struct capstan_ring, map_length_bytes) == 8, "map_length_bytes");
static_assert(offsetof(struct capstan_ring, command_ring_offset_bytes) == 16,
	      "command_ring_offset_bytes");
static_assert(offsetof(struct capstan_ring, command_ring_length_bytes) == 20,
	      "command_ring_length_bytes");
static_assert(offsetof(struct capstan_ring, drain_position) == 24, "drain_position");
static_assert(offsetof(struct capstan_ring, answer_position) == 28, "answer_position");
static_assert(offsetof(struct capstan_ring, uio_fd) == 32, "uio_fd");
static_assert(offsetof(struct capstan_ring, mailbox_flags) == 36, "mailbox_flags");
static_assert(sizeof(struct capstan_ring) == 40, "capstan_ring");

int ring_check_tail(const struct capstan_ring *ring)
{
	return mailbox_load_tail(ring->map) == ring->answer_position ? 0 : -ESTALE;
}

int ring_load_head(const struct capstan_ring *ring, uint32_t *head)
{
	uint32_t loaded;
	int error = ring_check_tail(ring);

	if (error)
		return error;
	loaded = mailbox_load_head(ring->map);
	if (loaded >= ring->command_ring_length_bytes || loaded % TCMU_OP_ALIGN_SIZE != 0)
		return -EPROTO;
	/* The kernel never moves back behind what it has given us. */
	if (ring_distance(ring, ring->answer_position, loaded) <
	    ring_distance(ring, ring->answer_position, ring->drain_position))
		return -EPROTO;
	*head = loaded;
	return 0;
}

/* A command's response needs room even if its request did not. */
static uint32_t shortest_entry(uint32_t op)
{
	switch (op) {
	case TCMU_OP_CMD:
		return sizeof(struct tcmu_cmd_entry);
	case TCMU_OP_TMR:
		return sizeof(struct tcmu_tmr_entry);
	default:
		return sizeof(struct tcmu_cmd_entry_hdr);
	}
}

int ring_entry(const struct capstan_ring *ring, uint32_t position, uint32_t limit,
	       struct entry *entry)
{
	uint8_t *bytes = ring->map + ring->command_ring_offset_bytes + position;
	/* Relaxed: mailbox_load_head() has ordered it; atomic to read it once. */
	uint32_t len_op = atomic_load_explicit(shared_word(bytes), memory_order_relaxed);
	uint32_t op = len_op & TCMU_OP_MASK;
	uint32_t length_bytes = len_op & ~(uint32_t)TCMU_OP_MASK;

	if (length_bytes < shortest_entry(op) ||
	    length_bytes > ring->command_ring_length_bytes - position ||
	    length_bytes > ring_distance(ring, position, limit))
		return -EPROTO;
	entry->bytes = bytes;
	entry->length_bytes = length_bytes;
	entry->op = op;
	return 0;
}

void entry_set_uflags(const struct entry *entry, uint8_t uflags)
{
	entry->bytes[offsetof(struct tcmu_cmd_entry, hdr.uflags)] = uflags;
}

/*
 * Release: response, sense and Data-In bytes are written before the kernel can
 * see the cmd_tail that hands them back.
 */
void ring_publish_tail(const struct capstan_ring *ring)
{
	atomic_store_explicit(shared_word(ring->map + offsetof(struct tcmu_mailbox, cmd_tail)),
			      ring->answer_position, memory_order_release);
}

static bool wants_answer(const struct entry *entry)
{
	return entry->op == TCMU_OP_CMD || entry->op == TCMU_OP_TMR;
}

void ring_skip_unanswerable(struct capstan_ring *ring)
{
	uint32_t before = ring->answer_position;
	struct entry entry;

	while (ring->answer_position != ring->drain_position &&
	       ring_entry(ring, ring->answer_position, ring->drain_position, &entry) == 0 &&
	       !wants_answer(&entry))
		ring->answer_position = ring_next(ring, ring->answer_position, &entry);
	if (ring->answer_position != before)
		ring_publish_tail(ring);
}
