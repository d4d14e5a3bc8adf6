/* Responses, in the order of the ring. */
#include <errno.h>
#include <stdbool.h>

#include "ring.h"

static_assert(CAPSTAN_SENSE_MAX == TCMU_SENSE_BUFFERSIZE, "sense");

#define STATUS_GOOD 0x00

struct response {
	const void *sense;
	uint32_t sense_length_bytes;
	uint32_t data_in_length_bytes;
	uint8_t status;
};

static bool is_sound(const struct response *response)
{
	return response->sense_length_bytes <= CAPSTAN_SENSE_MAX &&
	       (response->sense || response->sense_length_bytes == 0);
}

static bool is_empty(const struct response *response)
{
	return response->status == 0 && response->data_in_length_bytes == 0 &&
	       response->sense_length_bytes == 0;
}

static void write_response(const struct entry *entry, uint16_t command_id,
			   const struct response *response)
{
	/* The kernel takes a read_len of 0 for none, so the flag would say nothing. */
	uint8_t read_len_flag = response->data_in_length_bytes > 0 ? TCMU_UFLAG_READ_LEN : 0;
	struct tcmu_cmd_entry *to = (struct tcmu_cmd_entry *)(void *)entry->bytes;

	/*
	 * The mark first: from the next store on there is no request any more.
	 * It has to be in memory before the response if this process dies in
	 * between; stores of a thread that is killed take effect in program
	 * order, so it is the compiler that must keep it. The mark stays: an
	 * entry without it but with a response must not exist even for the
	 * moment until cmd_tail has moved.
	 */
	entry_set_uflags(entry, TCMU_UFLAG_HALF_ANSWERED);
	atomic_signal_fence(memory_order_seq_cst);

	memset(&to->rsp, 0, sizeof(to->rsp));
	to->rsp.scsi_status = response->status;
	to->rsp.read_len = response->data_in_length_bytes;
	if (response->sense_length_bytes > 0)
		memcpy(to->rsp.sense_buffer, response->sense, response->sense_length_bytes);
	to->hdr.cmd_id = command_id;
	entry_set_uflags(entry, (uint8_t)(TCMU_UFLAG_HALF_ANSWERED | read_len_flag));
}

static uint32_t op_of(const struct capstan_command *command)
{
	return command->kind == CAPSTAN_KIND_COMMAND ? TCMU_OP_CMD : TCMU_OP_TMR;
}

static int check_answer(const struct capstan_ring *ring, const struct capstan_command *command,
			const struct response *response)
{
	if (!is_sound(response) || response->data_in_length_bytes > command->data_length_bytes)
		return -EINVAL;
	if (command->kind == CAPSTAN_KIND_TASK_MANAGEMENT ? !is_empty(response)
							  : command->kind != CAPSTAN_KIND_COMMAND)
		return -EINVAL;
	if (ring->answer_position == ring->drain_position ||
	    ring->answer_position != command->ring_position)
		return -EINVAL;
	return ring_check_tail(ring);
}

int capstan_ring_complete(struct capstan_ring *ring, const struct capstan_command *command,
			  uint8_t status, uint32_t data_in_length_bytes, const void *sense,
			  uint32_t sense_length_bytes)
{
	struct response response = {sense, sense_length_bytes, data_in_length_bytes, status};
	struct entry entry;
	int error = check_answer(ring, command, &response);

	if (error)
		return error;
	error = ring_entry(ring, ring->answer_position, ring->drain_position, &entry);
	if (error)
		return error;
	if (entry.op != op_of(command) || entry.length_bytes != command->entry_length_bytes)
		return -EPROTO;
	if (entry.op == TCMU_OP_CMD)
		write_response(&entry, command->command_id, &response);
	ring->answer_position = ring_next(ring, ring->answer_position, &entry);
	ring_publish_tail(ring);
	ring_skip_unanswerable(ring);
	return 0;
}

int capstan_ring_pending(const struct capstan_ring *ring)
{
	uint32_t head;
	int error = ring_load_head(ring, &head);

	return error ? error : (int)ring_distance(ring, ring->answer_position, head);
}

/* Answers the oldest entry. Returns how many commands that were, or -errno. */
static int refuse_one(struct capstan_ring *ring, uint32_t head, const struct response *response)
{
	bool drained = ring->answer_position != ring->drain_position;
	struct entry entry;
	int error = ring_entry(ring, ring->answer_position, drained ? ring->drain_position : head,
			       &entry);

	if (error)
		return error;
	if (entry.op == TCMU_OP_CMD) {
		struct tcmu_cmd_entry_hdr hdr;

		copy_once(&hdr, entry.bytes, sizeof(hdr));
		write_response(&entry, hdr.cmd_id, response);
	} else if (entry.op > TCMU_OP_TMR) {
		entry_set_uflags(&entry, TCMU_UFLAG_UNKNOWN_OP);
	}
	ring->answer_position = ring_next(ring, ring->answer_position, &entry);
	if (!drained)
		ring->drain_position = ring->answer_position;
	ring_publish_tail(ring);
	return entry.op == TCMU_OP_CMD ? 1 : 0;
}

int capstan_ring_refuse(struct capstan_ring *ring, uint8_t status, const void *sense,
			uint32_t sense_length_bytes)
{
	struct response response = {sense, sense_length_bytes, 0, status};
	uint32_t head;
	int count = 0;
	int error;

	if (status == STATUS_GOOD || !is_sound(&response))
		return -EINVAL;
	error = ring_load_head(ring, &head);
	if (error)
		return error;
	while (ring->answer_position != head) {
		int answered = refuse_one(ring, head, &response);

		if (answered < 0)
			return answered;
		count += answered;
	}
	return count;
}
