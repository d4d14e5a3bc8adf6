/*
 * A host of a tape drive over iSCSI that looks at everything a command comes back with: status, sense data, the flags and
 * the information of sense data, data, and the residual of the transport.
 *
 *   tape_conversation PORTAL TARGET LUN
 *
 * The drive holds a cartridge, which is erased. Prints a line for each thing that is not as it should be, and "done" at
 * the end. Exit status: 0 if all was right, 1 if not, 2 if there was no conversation.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <iscsi/iscsi.h>
#include <iscsi/scsi-lowlevel.h>

#define KIB 1024u
#define MIB (1024u * KIB)
#define BLOCK_MAX (8 * MIB)

#define FILEMARK 0x80
#define INCORRECT_LENGTH 0x20

static struct iscsi_context *iscsi;
static int lun;
static int faults;
static uint8_t *written, *read_back;

/* What a command came back with. */
struct reply {
	int status;
	int key, code; /* additional sense code and qualifier */
	int flags;     /* filemark, end of medium, incorrect length */
	int32_t information;
	int residual_kind;
	uint32_t residual;
};

static void die(const char *what)
{
	fprintf(stderr, "tape_conversation: %s: %s\n", what, iscsi == NULL ? "" : iscsi_get_error(iscsi));
	exit(2);
}

static void wrong(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	printf("wrong: ");
	vprintf(format, arguments);
	printf("\n");
	va_end(arguments);
	faults++;
}

/* Fixed format sense data follows its length of two bytes. */
static void take_sense(struct reply *reply, const struct scsi_task *task)
{
	const uint8_t *sense = task->datain.data + 2;

	if (task->datain.size < 2 + 18)
		die("sense data that is too short");
	reply->key = sense[2] & 0x0F;
	reply->flags = sense[2] & 0xF0;
	reply->information = (int32_t)((uint32_t)sense[3] << 24 | sense[4] << 16 | sense[5] << 8 | sense[6]);
	reply->code = sense[12] << 8 | sense[13];
}

static struct reply command(const uint8_t cdb[6], int direction, uint8_t *bytes, uint32_t expected)
{
	struct scsi_task *task = scsi_create_task(6, (unsigned char *)cdb, direction, (int)expected);
	struct iscsi_data out = {.data = bytes, .size = expected};
	struct reply reply = {0};

	if (task == NULL)
		die("scsi_create_task");
	if (direction == SCSI_XFER_READ && scsi_task_add_data_in_buffer(task, (int)expected, bytes) != 0)
		die("scsi_task_add_data_in_buffer");
	if (iscsi_scsi_command_sync(iscsi, lun, task, direction == SCSI_XFER_WRITE ? &out : NULL) == NULL)
		die("iscsi_scsi_command_sync");
	reply.status = task->status;
	reply.residual_kind = task->residual_status;
	reply.residual = task->residual_status == SCSI_RESIDUAL_NO_RESIDUAL ? 0 : (uint32_t)task->residual;
	if (task->status == SCSI_STATUS_CHECK_CONDITION)
		take_sense(&reply, task);
	scsi_free_scsi_task(task);
	return reply;
}

static struct reply plain(uint8_t code, uint8_t byte1, uint32_t count)
{
	const uint8_t cdb[6] = {code, byte1, (uint8_t)(count >> 16), (uint8_t)(count >> 8), (uint8_t)count, 0};

	return command(cdb, SCSI_XFER_NONE, NULL, 0);
}

/* READ(6) or WRITE(6) of `length` (bytes or blocks) with an expected data transfer length of its own. */
static struct reply transfer(uint8_t code, uint8_t byte1, uint32_t length, uint8_t *bytes, uint32_t expected)
{
	const uint8_t cdb[6] = {code, byte1, (uint8_t)(length >> 16), (uint8_t)(length >> 8), (uint8_t)length, 0};

	return command(cdb, code == 0x0A ? SCSI_XFER_WRITE : SCSI_XFER_READ, bytes, expected);
}

/* Bytes that follow from the number of a block. */
static uint8_t *block(uint32_t number, uint32_t length)
{
	uint32_t state = number * 2654435761u + 1;

	for (uint32_t at = 0; at < length; at++) {
		state = state * 1664525u + 1013904223u;
		written[at] = (uint8_t)(state >> 24);
	}
	return written;
}

static void expect_residual(const char *what, struct reply reply, int kind, uint32_t residual)
{
	if (reply.residual_kind != kind || reply.residual != residual)
		wrong("%s: residual %d of %u, expected %d of %u", what, reply.residual_kind, reply.residual, kind, residual);
}

static void expect_good(const char *what, struct reply reply)
{
	if (reply.status != SCSI_STATUS_GOOD)
		wrong("%s: status %d, sense %x/%04x", what, reply.status, reply.key, reply.code);
}

static void expect_sense(const char *what, struct reply reply, int key, int code, int flags, int32_t information)
{
	if (reply.status != SCSI_STATUS_CHECK_CONDITION || reply.key != key || reply.code != code ||
	    reply.flags != flags || reply.information != information)
		wrong("%s: status %d, sense %x/%04x, flags %02x, information %d, expected %x/%04x, %02x, %d", what,
		      reply.status, reply.key, reply.code, reply.flags, reply.information, key, code, flags, information);
}

static void expect_block(const char *what, uint32_t number, uint32_t length)
{
	if (memcmp(block(number, length), read_back, length) != 0)
		wrong("%s: wrong data", what);
}

static void settle(void)
{
	for (int i = 0; i < 16; i++)
		if (plain(0x00, 0, 0).key != SCSI_SENSE_UNIT_ATTENTION)
			return;
	die("unit attentions without end");
}

/* READ POSITION, short form. */
static void expect_position(const char *what, uint32_t object)
{
	const uint8_t cdb[10] = {0x34};
	struct scsi_task *task = scsi_create_task(10, (unsigned char *)cdb, SCSI_XFER_READ, 20);
	const uint8_t *data;

	if (task == NULL || iscsi_scsi_command_sync(iscsi, lun, task, NULL) == NULL || task->datain.size != 20)
		die("READ POSITION");
	data = task->datain.data;
	if (((uint32_t)data[4] << 24 | data[5] << 16 | data[6] << 8 | data[7]) != object)
		wrong("%s: at %u, expected %u", what, data[6] << 8 | data[7], object);
	scsi_free_scsi_task(task);
}

static void set_block_length(uint32_t length)
{
	uint8_t list[12] = {0, 0, 0x10, 8};

	list[9] = (uint8_t)(length >> 16);
	list[10] = (uint8_t)(length >> 8);
	list[11] = (uint8_t)length;
	const uint8_t cdb[6] = {0x15, 0x10, 0, 0, sizeof(list), 0};

	expect_good("MODE SELECT", command(cdb, SCSI_XFER_WRITE, list, sizeof(list)));
}

static void rewind_tape(void)
{
	expect_good("REWIND", plain(0x01, 0, 0));
}

static void variable_blocks(void)
{
	static const uint32_t lengths[] = {1, 512, 65536, 100001, 2 * MIB + 3, BLOCK_MAX};
	const uint32_t count = sizeof(lengths) / sizeof(lengths[0]);
	struct reply reply;

	set_block_length(0);
	rewind_tape();
	for (uint32_t i = 0; i < count; i++) {
		reply = transfer(0x0A, 0, lengths[i], block(i, lengths[i]), lengths[i]);
		expect_good("WRITE(6)", reply);
		expect_residual("WRITE(6)", reply, SCSI_RESIDUAL_NO_RESIDUAL, 0);
	}
	expect_good("WRITE FILEMARKS(6)", plain(0x10, 0, 1));
	expect_position("behind the filemark", count + 1);

	rewind_tape();
	for (uint32_t i = 0; i < count; i++) {
		reply = transfer(0x08, 0, lengths[i], read_back, lengths[i]);
		expect_good("READ(6)", reply);
		expect_residual("READ(6)", reply, SCSI_RESIDUAL_NO_RESIDUAL, 0);
		expect_block("READ(6)", i, lengths[i]);
	}
	reply = transfer(0x08, 0, 4096, read_back, 4096);
	expect_sense("READ(6) of a filemark", reply, 0, 0x0001, FILEMARK, 4096);
	expect_residual("READ(6) of a filemark", reply, SCSI_RESIDUAL_UNDERFLOW, 4096);
	reply = transfer(0x08, 0, 4096, read_back, 4096);
	expect_sense("READ(6) at the end of data", reply, SCSI_SENSE_BLANK_CHECK, 0x0005, 0, 4096);
	expect_residual("READ(6) at the end of data", reply, SCSI_RESIDUAL_UNDERFLOW, 4096);
}

static void incorrect_lengths(void)
{
	struct reply reply;

	rewind_tape();
	transfer(0x0A, 0, 65536, block(7, 65536), 65536);
	transfer(0x0A, 0, 65536, block(8, 65536), 65536);
	transfer(0x0A, 0, 65536, block(9, 65536), 65536);
	transfer(0x0A, 0, 65536, block(10, 65536), 65536);

	rewind_tape();
	reply = transfer(0x08, 0, 100000, read_back, 100000);
	expect_sense("READ(6) longer than the block", reply, 0, 0x0000, INCORRECT_LENGTH, 100000 - 65536);
	expect_residual("READ(6) longer than the block", reply, SCSI_RESIDUAL_UNDERFLOW, 100000 - 65536);
	expect_block("READ(6) longer than the block", 7, 65536);
	reply = transfer(0x08, 0x02, 100000, read_back, 100000);
	expect_good("READ(6) with SILI", reply);
	expect_residual("READ(6) with SILI", reply, SCSI_RESIDUAL_UNDERFLOW, 100000 - 65536);
	expect_block("READ(6) with SILI", 8, 65536);
	reply = transfer(0x08, 0, 4096, read_back, 4096);
	expect_sense("READ(6) shorter than the block", reply, 0, 0x0000, INCORRECT_LENGTH, 4096 - 65536);
	expect_position("behind the block that was read in part", 3);

	/* What an initiator does not take would be lost, and what it does not send cannot be written. */
	reply = transfer(0x08, 0, 65536, read_back, 4096);
	expect_sense("READ(6) into a short buffer", reply, SCSI_SENSE_ILLEGAL_REQUEST, 0x2400, 0, 0);
	reply = transfer(0x0A, 0, 65536, written, 4096);
	expect_sense("WRITE(6) of more than was sent", reply, SCSI_SENSE_ILLEGAL_REQUEST, 0x2400, 0, 0);
	expect_position("where it was", 3);

	/* It takes more than the command transfers, and sends more. */
	rewind_tape();
	reply = transfer(0x08, 0, 65536, read_back, 100000);
	expect_good("READ(6) into a long buffer", reply);
	expect_residual("READ(6) into a long buffer", reply, SCSI_RESIDUAL_UNDERFLOW, 100000 - 65536);
	reply = transfer(0x0A, 0, 4096, block(11, 65536), 65536);
	expect_good("WRITE(6) of less than was sent", reply);
	expect_residual("WRITE(6) of less than was sent", reply, SCSI_RESIDUAL_UNDERFLOW, 65536 - 4096);
	expect_position("behind the block that was written", 2);
}

static void fixed_blocks(void)
{
	struct reply reply;

	rewind_tape();
	set_block_length(1024);
	reply = transfer(0x0A, 0x01, 16, block(12, 16 * KIB), 16 * KIB);
	expect_good("WRITE(6) of 16 blocks", reply);
	expect_residual("WRITE(6) of 16 blocks", reply, SCSI_RESIDUAL_NO_RESIDUAL, 0);
	expect_good("WRITE FILEMARKS(6)", plain(0x10, 0, 1));
	rewind_tape();
	reply = transfer(0x08, 0x01, 24, read_back, 24 * KIB);
	expect_sense("READ(6) of blocks over a filemark", reply, 0, 0x0001, FILEMARK, 24 - 16);
	expect_residual("READ(6) of blocks over a filemark", reply, SCSI_RESIDUAL_UNDERFLOW, 8 * KIB);
	expect_block("READ(6) of blocks over a filemark", 12, 16 * KIB);
	expect_position("behind the filemark", 17);
	set_block_length(0);
}

int main(int count, char **arguments)
{
	if (count != 4) {
		fprintf(stderr, "usage: tape_conversation PORTAL TARGET LUN\n");
		return 2;
	}
	lun = atoi(arguments[3]);
	written = malloc(BLOCK_MAX);
	read_back = malloc(BLOCK_MAX);
	iscsi = iscsi_create_context("iqn.2026-01.io.capstan.test:conversation");
	if (written == NULL || read_back == NULL || iscsi == NULL)
		die("no memory");
	iscsi_set_targetname(iscsi, arguments[2]);
	iscsi_set_session_type(iscsi, ISCSI_SESSION_NORMAL);
	iscsi_set_header_digest(iscsi, ISCSI_HEADER_DIGEST_NONE_CRC32C);
	iscsi_set_noautoreconnect(iscsi, 1);
	if (iscsi_full_connect_sync(iscsi, arguments[1], lun) != 0)
		die("connect");
	settle();
	variable_blocks();
	incorrect_lengths();
	fixed_blocks();
	iscsi_logout_sync(iscsi);
	iscsi_destroy_context(iscsi);
	printf("done\n");
	return faults == 0 ? 0 : 1;
}
