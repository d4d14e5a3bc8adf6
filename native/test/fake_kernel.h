/*
 * The kernel's side of a ring, in plain memory: target_core_user's way of
 * queueing entries and of taking completions, with its checks, and means to do
 * it wrong.
 *
 * The data area and the pages around the map cannot be accessed: a library
 * that touches them ends the test.
 */
#ifndef FAKE_KERNEL_H
#define FAKE_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "capstan.h"
#include "tcmu.h"

#define PAGE_BYTES 4096u
#define NO_ROOM UINT32_MAX

struct fake_kernel {
	uint8_t *map;
	uint64_t map_length_bytes;
	uint32_t ring_offset_bytes;
	uint32_t ring_length_bytes;
	uint64_t data_offset_bytes;
	uint64_t data_length_bytes;
	uint32_t head;         /* what is published as cmd_head */
	uint32_t cleaned;      /* completions have been taken up to here */
	bool outstanding[65536]; /* by command id */
};

/* One command to queue. */
struct fake_command {
	uint16_t id;
	const uint8_t *cdb;
	uint32_t cdb_length_bytes;
	const struct iovec *iov;
	uint32_t iov_count;
};

/* One completion as the kernel saw it. */
struct fake_completion {
	uint16_t id;
	uint8_t status;
	uint8_t uflags;
	uint32_t read_length_bytes;
	uint8_t sense[TCMU_SENSE_BUFFERSIZE];
};

/* ring_pages: mailbox and command ring. data_pages: the data area behind. */
void fake_kernel_create(struct fake_kernel *kernel, uint32_t ring_pages, uint32_t data_pages);
void fake_kernel_destroy(struct fake_kernel *kernel);

/* Writes a mailbox and an empty ring into memory that is there already. */
void fake_kernel_format(struct fake_kernel *kernel, uint8_t *map, uint32_t ring_pages,
			uint32_t data_pages);

/* A ring attached to it, with no uio device. */
struct capstan_ring fake_kernel_attach(const struct fake_kernel *kernel);

/* Puts the empty ring's next entry at a position. */
void fake_kernel_start_at(struct fake_kernel *kernel, uint32_t position);

/*
 * Queue an entry as the kernel does, with padding before it if it would reach
 * over the end. Return its position, or NO_ROOM. Published at once.
 */
uint32_t fake_kernel_queue(struct fake_kernel *kernel, const struct fake_command *command);
uint32_t fake_kernel_queue_task_management(struct fake_kernel *kernel, uint8_t type,
					   const uint16_t *ids, uint32_t id_count);
/* Of any kind and length, zeros behind the header. */
uint32_t fake_kernel_queue_raw(struct fake_kernel *kernel, uint32_t op, uint32_t length_bytes,
			       uint16_t id);

/* Queues TEST UNIT READY. */
uint32_t fake_kernel_queue_plain(struct fake_kernel *kernel, uint16_t id);

/* An iovec as the kernel writes it: an offset from the start of the data area. */
struct iovec fake_kernel_data(const struct fake_kernel *kernel, uint64_t offset_bytes,
			      uint64_t length_bytes);

struct tcmu_mailbox *fake_kernel_mailbox(const struct fake_kernel *kernel);
struct tcmu_cmd_entry *fake_kernel_entry(const struct fake_kernel *kernel, uint32_t position);

/* Moves cmd_head, published with release. */
void fake_kernel_set_head(struct fake_kernel *kernel, uint32_t head);

/*
 * Takes completions up to cmd_tail, at most capacity of them, and returns how
 * many. Fails the test where the kernel would call the ring broken.
 */
uint32_t fake_kernel_reap(struct fake_kernel *kernel, struct fake_completion *completions,
			  uint32_t capacity);

/* What action/reset_ring does: forgets everything. */
void fake_kernel_reset(struct fake_kernel *kernel);

#endif
