/*
 * An initiator with one command under way, as a backup program is one: writes
 * blocks to a tape drive behind an iSCSI target, or reads them back, and says
 * how long it took.
 *
 *   tape_client PORTAL TARGET LUN write|read BLOCK_BYTES TOTAL_BYTES random|mixed [verify]
 *
 * PORTAL: address:port. write: REWIND, then WRITE(6) with variable blocks, then
 * WRITE FILEMARKS(6) of one, not immediate. read: REWIND, then READ(6) until
 * TOTAL_BYTES came; verify compares every byte.
 *
 * Prints: bytes nanoseconds nanoseconds-of-the-filemark p99-of-a-command
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <iscsi/iscsi.h>
#include <iscsi/scsi-lowlevel.h>

#define PATTERN_BLOCKS 16
#define ATTENTION_RETRIES 8

static struct iscsi_context *iscsi;
static int lun;

static void die(const char *what)
{
	fprintf(stderr, "tape_client: %s: %s\n", what, iscsi == NULL ? "" : iscsi_get_error(iscsi));
	exit(1);
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static uint64_t random_state = 0x9E3779B97F4A7C15;

static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

/* Text where the bit is set, random bytes elsewhere: about 0.4 of it is left by zstd. */
static void fill(uint8_t *bytes, uint32_t length, int mixed)
{
	static const char text[] = "the tape drive reports early warning and writes a block of data ";

	for (uint32_t at = 0; at < length; at++)
		bytes[at] = mixed && (at >> 11) % 8 != 0 && (at >> 11) % 8 != 5 ?
				    (uint8_t)text[(at + (at >> 9)) % (sizeof(text) - 1)] :
				    (uint8_t)next_random();
}

/* Executes a command; a unit attention is asked again. Returns the residual. */
static uint32_t command(const uint8_t cdb[6], int direction, uint8_t *bytes, uint32_t length)
{
	for (int attempt = 0; attempt < ATTENTION_RETRIES; attempt++) {
		struct scsi_task *task = scsi_create_task(6, (unsigned char *)cdb, direction, (int)length);
		struct iscsi_data out = {.data = bytes, .size = length};

		if (task == NULL)
			die("scsi_create_task");
		if (direction == SCSI_XFER_READ && scsi_task_add_data_in_buffer(task, (int)length, bytes) != 0)
			die("scsi_task_add_data_in_buffer");
		if (iscsi_scsi_command_sync(iscsi, lun, task, direction == SCSI_XFER_WRITE ? &out : NULL) == NULL)
			die("iscsi_scsi_command_sync");
		if (task->status == SCSI_STATUS_GOOD) {
			uint32_t residual = task->residual_status == SCSI_RESIDUAL_UNDERFLOW ? (uint32_t)task->residual : 0;

			scsi_free_scsi_task(task);
			return residual;
		}
		if (task->status != SCSI_STATUS_CHECK_CONDITION || task->sense.key != SCSI_SENSE_UNIT_ATTENTION) {
			fprintf(stderr, "tape_client: operation code %02x: status %d, sense %x/%04x\n", cdb[0],
				task->status, task->sense.key, (unsigned)task->sense.ascq);
			exit(1);
		}
		scsi_free_scsi_task(task);
	}
	die("unit attentions without end");
	return 0;
}

static void transfer(uint8_t operation_code, int direction, uint8_t *bytes, uint32_t length)
{
	const uint8_t cdb[6] = {operation_code, 0, (uint8_t)(length >> 16), (uint8_t)(length >> 8), (uint8_t)length, 0};

	if (command(cdb, direction, bytes, length) != 0)
		die("a block of another length");
}

static int compare_times(const void *one, const void *another)
{
	uint64_t left = *(const uint64_t *)one, right = *(const uint64_t *)another;

	return left < right ? -1 : left > right;
}

int main(int count, char **arguments)
{
	static const uint8_t rewind[6] = {0x01}, write_filemark[6] = {0x10, 0, 0, 0, 1, 0};
	uint8_t *pattern[PATTERN_BLOCKS], *block;
	uint64_t *times;

	if (count < 8) {
		fprintf(stderr, "usage: tape_client PORTAL TARGET LUN write|read BLOCK TOTAL random|mixed [verify]\n");
		return 2;
	}
	lun = atoi(arguments[3]);
	int is_write = strcmp(arguments[4], "write") == 0;
	uint32_t block_bytes = (uint32_t)strtoul(arguments[5], NULL, 10);
	uint64_t blocks = strtoull(arguments[6], NULL, 10) / block_bytes;
	int mixed = strcmp(arguments[7], "mixed") == 0;
	int verify = count > 8 && strcmp(arguments[8], "verify") == 0;

	block = malloc(block_bytes);
	times = calloc(blocks + 1, sizeof(*times));
	if (block == NULL || times == NULL)
		die("malloc");
	for (int i = 0; i < PATTERN_BLOCKS; i++) {
		pattern[i] = malloc(block_bytes);
		if (pattern[i] == NULL)
			die("malloc");
		fill(pattern[i], block_bytes, mixed);
	}
	iscsi = iscsi_create_context("iqn.2020-01.example.capstan:bench");
	if (iscsi == NULL)
		die("iscsi_create_context");
	iscsi_set_targetname(iscsi, arguments[2]);
	iscsi_set_session_type(iscsi, ISCSI_SESSION_NORMAL);
	iscsi_set_header_digest(iscsi, ISCSI_HEADER_DIGEST_NONE);
	iscsi_set_immediate_data(iscsi, ISCSI_IMMEDIATE_DATA_YES);
	iscsi_set_initial_r2t(iscsi, ISCSI_INITIAL_R2T_NO);
	iscsi_set_noautoreconnect(iscsi, 1);
	if (iscsi_full_connect_sync(iscsi, arguments[1], lun) != 0)
		die("connect");
	command(rewind, SCSI_XFER_NONE, NULL, 0);

	uint64_t begin = now(), last = begin;
	for (uint64_t i = 0; i < blocks; i++) {
		if (is_write) {
			transfer(0x0A, SCSI_XFER_WRITE, pattern[i % PATTERN_BLOCKS], block_bytes);
		} else {
			transfer(0x08, SCSI_XFER_READ, block, block_bytes);
			if (verify && memcmp(block, pattern[i % PATTERN_BLOCKS], block_bytes) != 0)
				die("wrong data");
		}
		uint64_t then = now();

		times[i] = then - last;
		last = then;
	}
	uint64_t before_filemark = now();
	if (is_write)
		command(write_filemark, SCSI_XFER_NONE, NULL, 0);
	uint64_t end = now();

	qsort(times, blocks, sizeof(*times), compare_times);
	printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", blocks * block_bytes, end - begin,
	       end - before_filemark, times[blocks * 99 / 100]);
	iscsi_logout_sync(iscsi);
	iscsi_destroy_context(iscsi);
	return 0;
}
