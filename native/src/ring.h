/* Walking a ring whose contents are not trusted. */
#ifndef CAPSTAN_RING_H
#define CAPSTAN_RING_H

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "capstan.h"
#include "tcmu.h"

static_assert(sizeof(void *) == 8, "struct capstan_ring is laid out for 64 bits");
static_assert(ATOMIC_INT_LOCK_FREE == 2 && sizeof(_Atomic uint32_t) == sizeof(uint32_t),
	      "atomics have to be plain words to be shared with the kernel");

/* The header of one entry, checked. */
struct entry {
	uint8_t *bytes;
	uint32_t length_bytes;
	uint32_t op;
};

/* A word that the kernel and we share. */
static inline _Atomic uint32_t *shared_word(uint8_t *bytes)
{
	return (_Atomic uint32_t *)(void *)bytes;
}

/*
 * Acquire: the kernel fills in an entry and then moves cmd_head over it, with
 * release. Having seen the new cmd_head, we see the whole entry and its data.
 */
static inline uint32_t mailbox_load_head(const uint8_t *map)
{
	const uint8_t *head = map + offsetof(struct tcmu_mailbox, cmd_head);

	return atomic_load_explicit(shared_word((uint8_t *)(uintptr_t)head), memory_order_acquire);
}

/* Relaxed: only we write cmd_tail, except when the kernel resets the ring. */
static inline uint32_t mailbox_load_tail(const uint8_t *map)
{
	const uint8_t *tail = map + offsetof(struct tcmu_mailbox, cmd_tail);

	return atomic_load_explicit(shared_word((uint8_t *)(uintptr_t)tail), memory_order_relaxed);
}

/*
 * Copies shared bytes so that what is checked is what is used: the signal fence
 * keeps the compiler from reading the shared bytes a second time later on.
 */
static inline void copy_once(void *to, const void *shared, size_t length_bytes)
{
	memcpy(to, shared, length_bytes);
	atomic_signal_fence(memory_order_seq_cst);
}

/* Bytes on the way from one position to another, round the end of the ring. */
static inline uint32_t ring_distance(const struct capstan_ring *ring, uint32_t from, uint32_t to)
{
	return to >= from ? to - from : ring->command_ring_length_bytes - from + to;
}

static inline uint32_t ring_next(const struct capstan_ring *ring, uint32_t position,
				 const struct entry *entry)
{
	uint32_t next = position + entry->length_bytes;

	return next == ring->command_ring_length_bytes ? 0 : next;
}

/*
 * Loads cmd_head. -ESTALE if the kernel has reset the ring, -EPROTO if there
 * can be no head there.
 */
int ring_load_head(const struct capstan_ring *ring, uint32_t *head);

/* -ESTALE if the kernel has reset the ring. */
int ring_check_tail(const struct capstan_ring *ring);

/*
 * Reads the header of the entry at a position. -EPROTO if it is too short for
 * its kind, or reaches over the end of the ring or over limit; so a walk up to
 * limit comes to an end.
 */
int ring_entry(const struct capstan_ring *ring, uint32_t position, uint32_t limit,
	       struct entry *entry);

/* Sets uflags of an entry. */
void entry_set_uflags(const struct entry *entry, uint8_t uflags);

/* Makes answer_position the kernel's cmd_tail. */
void ring_publish_tail(const struct capstan_ring *ring);

/* Moves answer_position over drained entries that want no answer. */
void ring_skip_unanswerable(struct capstan_ring *ring);

#endif
