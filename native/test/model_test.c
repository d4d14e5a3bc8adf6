/*
 * Random traffic compared with a model: a list of entries of which a first part
 * has been taken by the kernel, a second answered, a third drained, and a last
 * only queued.
 */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "fake_kernel.h"
#include "random.h"

#define ENTRIES_MAX 1024u
#define BATCH_MAX 8u
#define PIECES_MAX 20u
#define STEPS 3000

enum { COMMAND, TASK_MANAGEMENT, UNKNOWN };

struct model_entry {
	int kind;
	uint16_t id;
	uint32_t position;
	/* As queued. */
	uint8_t cdb[CAPSTAN_CDB_MAX];
	uint32_t cdb_length_bytes;
	uint32_t iov_count; /* joined */
	struct capstan_iov iov[PIECES_MAX];
	uint64_t data_length_bytes;
	uint8_t task_management;
	uint32_t aborted_count;
	uint16_t aborted_command_ids[4];
	/* As drained. */
	struct capstan_command descriptor;
	/* As answered. */
	uint8_t status;
	uint32_t data_in_length_bytes;
	uint8_t sense[CAPSTAN_SENSE_MAX];
};

static struct fake_kernel kernel;
static struct capstan_ring ring;
static struct random_source source;

/* Numbers of entries since the beginning; entry n is entries[n % ENTRIES_MAX]. */
static struct model_entry entries[ENTRIES_MAX];
static uint32_t queued, drained, answered, taken;

static uint32_t below(uint32_t bound)
{
	return random_below(&source, bound);
}

static struct model_entry *entry_at(uint32_t number)
{
	return &entries[number % ENTRIES_MAX];
}

static void fill(void *bytes, size_t length_bytes)
{
	for (size_t i = 0; i < length_bytes; i++)
		((uint8_t *)bytes)[i] = (uint8_t)random_next(&source);
}

static uint16_t unused_id(void)
{
	uint16_t id;

	do
		id = (uint16_t)random_next(&source);
	while (kernel.outstanding[id]);
	return id;
}

static void choose_cdb(struct model_entry *entry)
{
	static const uint8_t lengths[] = {6, 10, 10, 12, 16, 12, 10, 10};

	fill(entry->cdb, sizeof(entry->cdb));
	entry->cdb_length_bytes = lengths[entry->cdb[0] >> 5];
	if (random_once_in(&source, 10))
		entry->cdb[0] = 0x7f;
	if (entry->cdb[0] == 0x7f)
		entry->cdb_length_bytes = 8u + entry->cdb[7];
}

/* Pieces in ascending order, some adjacent; the model joins them its own way. */
static uint32_t choose_data(struct model_entry *entry, struct iovec *iov)
{
	uint32_t count = below(PIECES_MAX + 1);
	uint64_t offset_bytes = 0;

	entry->iov_count = 0;
	entry->data_length_bytes = 0;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t gap_bytes = random_once_in(&source, 2) ? 0 : 1 + below(4096);
		uint64_t length_bytes = 1 + below(4096);

		offset_bytes += gap_bytes;
		iov[i] = fake_kernel_data(&kernel, offset_bytes, length_bytes);
		if (i == 0 || gap_bytes > 0)
			entry->iov[entry->iov_count++] = (struct capstan_iov){
				kernel.data_offset_bytes + offset_bytes, length_bytes};
		else
			entry->iov[entry->iov_count - 1].length_bytes += length_bytes;
		entry->data_length_bytes += length_bytes;
		offset_bytes += length_bytes;
	}
	return count;
}

static uint32_t queue_command(struct model_entry *entry)
{
	struct iovec iov[PIECES_MAX];
	uint32_t count;

	choose_cdb(entry);
	count = choose_data(entry, iov);
	return fake_kernel_queue(&kernel, &(struct fake_command){entry->id, entry->cdb,
								 entry->cdb_length_bytes, iov,
								 count});
}

static uint32_t queue_task_management(struct model_entry *entry)
{
	entry->task_management = (uint8_t)below(256);
	entry->aborted_count = below(5);
	fill(entry->aborted_command_ids, sizeof(entry->aborted_command_ids));
	return fake_kernel_queue_task_management(&kernel, entry->task_management,
						 entry->aborted_command_ids, entry->aborted_count);
}

static void queue(void)
{
	struct model_entry *entry = entry_at(queued);
	uint32_t position;

	if (queued - taken == ENTRIES_MAX)
		return;
	memset(entry, 0, sizeof(*entry));
	entry->id = unused_id();
	if (random_once_in(&source, 20)) {
		entry->kind = UNKNOWN;
		position = fake_kernel_queue_raw(&kernel, 3 + below(5), 8 * (1 + below(20)),
						 entry->id);
	} else if (random_once_in(&source, 10)) {
		entry->kind = TASK_MANAGEMENT;
		position = queue_task_management(entry);
	} else {
		entry->kind = COMMAND;
		position = queue_command(entry);
	}
	if (position == NO_ROOM)
		return;
	entry->position = position;
	queued++;
}

static void check_descriptor(const struct capstan_command *actual, const struct model_entry *entry)
{
	CHECK_EQ(actual->fault, CAPSTAN_FAULT_NONE);
	CHECK_EQ(actual->ring_position, entry->position);
	CHECK_EQ(actual->kind, entry->kind == COMMAND ? CAPSTAN_KIND_COMMAND
						      : CAPSTAN_KIND_TASK_MANAGEMENT);
	CHECK_EQ(actual->command_id, entry->kind == COMMAND ? entry->id : 0);
	CHECK_EQ(actual->cdb_length_bytes, entry->cdb_length_bytes);
	CHECK_BYTES(actual->cdb, entry->cdb, entry->cdb_length_bytes);
	CHECK_EQ(actual->data_length_bytes, entry->data_length_bytes);
	CHECK_EQ(actual->iov_count, entry->iov_count);
	CHECK_BYTES(actual->iov, entry->iov, entry->iov_count * sizeof(entry->iov[0]));
	CHECK_EQ(actual->task_management, entry->task_management);
	CHECK_EQ(actual->aborted_count, entry->aborted_count);
	CHECK_BYTES(actual->aborted_command_ids, entry->aborted_command_ids,
		    entry->aborted_count * sizeof(uint16_t));
}

/* What is drained and wants no answer counts as answered. */
static void skip_unknown(void)
{
	while (answered != drained && entry_at(answered)->kind == UNKNOWN)
		answered++;
}

static void drain(void)
{
	static struct capstan_command commands[BATCH_MAX];
	uint32_t capacity = 1 + below(BATCH_MAX);
	uint32_t count = 0;
	int got;

	memset(commands, 0xaa, sizeof(commands));
	got = capstan_ring_drain(&ring, commands, capacity);
	while (drained != queued && count < capacity) {
		struct model_entry *entry = entry_at(drained++);

		if (entry->kind == UNKNOWN)
			continue;
		check_descriptor(&commands[count], entry);
		entry->descriptor = commands[count++];
	}
	CHECK_EQ(got, count);
	skip_unknown();
}

static void answer(void)
{
	struct model_entry *entry = entry_at(answered);
	uint32_t sense_length_bytes = below(CAPSTAN_SENSE_MAX + 1);

	if (answered == drained)
		return;
	if (entry->kind == COMMAND) {
		fill(entry->sense, sense_length_bytes);
		entry->status = (uint8_t)below(256);
		entry->data_in_length_bytes = below((uint32_t)entry->data_length_bytes + 1);
	} else {
		sense_length_bytes = 0;
	}
	CHECK_EQ(capstan_ring_complete(&ring, &entry->descriptor, entry->status,
				       entry->data_in_length_bytes, entry->sense,
				       sense_length_bytes),
		 0);
	answered++;
	skip_unknown();
}

static void answer_out_of_order(void)
{
	uint32_t number;

	if (drained - answered < 2)
		return;
	number = answered + 1 + below(drained - answered - 1);
	if (entry_at(number)->kind == UNKNOWN)
		return;
	CHECK_EQ(capstan_ring_complete(&ring, &entry_at(number)->descriptor, 0, 0, NULL, 0),
		 -EINVAL);
}

static void refuse(void)
{
	static const uint8_t sense[CAPSTAN_SENSE_MAX] = {0x70, 0, 0x06};
	uint32_t commands = 0;

	for (; answered != queued; answered++) {
		struct model_entry *entry = entry_at(answered);

		entry->status = 0x02;
		entry->data_in_length_bytes = 0;
		memcpy(entry->sense, sense, sizeof(sense));
		commands += entry->kind == COMMAND;
	}
	drained = queued;
	CHECK_EQ(capstan_ring_refuse(&ring, 0x02, sense, 18), commands);
}

/* The process dies with drained commands; the next one gets them again. */
static void die(void)
{
	ring = fake_kernel_attach(&kernel);
	drained = answered;
}

static void check_completion(const struct fake_completion *actual, const struct model_entry *entry)
{
	uint8_t flags = entry->data_in_length_bytes > 0 ? TCMU_UFLAG_READ_LEN : 0;

	CHECK_EQ(actual->id, entry->id);
	if (entry->kind == UNKNOWN) {
		CHECK_EQ(actual->uflags, TCMU_UFLAG_UNKNOWN_OP);
		return;
	}
	CHECK_EQ(actual->uflags & 0x7f, flags);
	CHECK_EQ(actual->status, entry->status);
	CHECK_EQ(actual->read_length_bytes, entry->data_in_length_bytes);
	CHECK_BYTES(actual->sense, entry->sense, sizeof(actual->sense));
}

static void take(void)
{
	static struct fake_completion completions[ENTRIES_MAX];
	uint32_t got = fake_kernel_reap(&kernel, completions, ENTRIES_MAX);
	uint32_t count = 0;

	for (; taken != answered; taken++) {
		if (entry_at(taken)->kind == TASK_MANAGEMENT)
			continue;
		CHECK(count < got);
		check_completion(&completions[count++], entry_at(taken));
	}
	CHECK_EQ(got, count);
}

static void step(void)
{
	switch (below(12)) {
	case 0: case 1: case 2: case 3:
		queue();
		break;
	case 4: case 5:
		drain();
		break;
	case 6: case 7: case 8:
		answer();
		break;
	case 9:
		answer_out_of_order();
		break;
	case 10:
		take();
		break;
	default:
		if (random_once_in(&source, 10))
			refuse();
		else if (random_once_in(&source, 10))
			die();
		break;
	}
	CHECK_EQ(capstan_ring_pending(&ring) == 0, answered == queued);
}

static void run(uint64_t seed)
{
	source = (struct random_source){seed};
	queued = drained = answered = taken = 0;
	fake_kernel_create(&kernel, 1 + below(4), 64);
	fake_kernel_start_at(&kernel, below(kernel.ring_length_bytes / 8) * 8);
	ring = fake_kernel_attach(&kernel);
	for (int i = 0; i < STEPS; i++)
		step();
	while (answered != queued) {
		drain();
		answer();
	}
	take();
	CHECK_EQ(taken, queued);
	/* A run that does nothing proves nothing. */
	CHECK(queued > 100);
	fake_kernel_destroy(&kernel);
}

int main(void)
{
	random_run_seeds(run, 20);
	return 0;
}
