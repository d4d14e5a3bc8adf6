/* Attaching takes a sound mailbox, and nothing else. */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "fake_kernel.h"

static struct fake_kernel kernel;

static void create(void)
{
	fake_kernel_create(&kernel, 1, 4);
}

static int attach(struct capstan_ring *ring)
{
	return capstan_ring_attach(ring, kernel.map, kernel.map_length_bytes, 7);
}

/* Attaching fails so, leaves the ring as it was, and leaves the mailbox alone. */
static void check_refused(int error)
{
	struct capstan_ring ring;
	struct capstan_ring before;
	uint8_t mailbox[sizeof(struct tcmu_mailbox)];

	memset(&ring, 0x5a, sizeof(ring));
	before = ring;
	memcpy(mailbox, kernel.map, sizeof(mailbox));
	CHECK_EQ(attach(&ring), error);
	CHECK_BYTES(&ring, &before, sizeof(ring));
	CHECK_BYTES(kernel.map, mailbox, sizeof(mailbox));
	fake_kernel_destroy(&kernel);
}

static void an_empty_ring(void)
{
	struct capstan_ring ring;

	create();
	CHECK_EQ(attach(&ring), 0);
	CHECK(ring.map == kernel.map);
	CHECK_EQ(ring.map_length_bytes, 5 * PAGE_BYTES);
	CHECK_EQ(ring.command_ring_offset_bytes, 128);
	CHECK_EQ(ring.command_ring_length_bytes, PAGE_BYTES - 128);
	CHECK_EQ(ring.drain_position, 0);
	CHECK_EQ(ring.answer_position, 0);
	CHECK_EQ(ring.uio_fd, 7);
	CHECK_EQ(ring.mailbox_flags, 0xf);
	CHECK_EQ(capstan_ring_pending(&ring), 0);
	fake_kernel_destroy(&kernel);
}

static void a_ring_with_entries_left_behind(void)
{
	struct capstan_ring ring;

	create();
	fake_kernel_start_at(&kernel, 1200);
	fake_kernel_queue_plain(&kernel, 1);
	fake_kernel_queue_plain(&kernel, 2);
	CHECK_EQ(attach(&ring), 0);
	CHECK_EQ(ring.drain_position, 1200);
	CHECK_EQ(ring.answer_position, 1200);
	CHECK_EQ(capstan_ring_pending(&ring), 240);
	fake_kernel_destroy(&kernel);
}

/* Keeping buffers is of no use here, and a later kernel may have more flags. */
static void other_flags_do_not_matter(void)
{
	struct capstan_ring ring;

	create();
	fake_kernel_mailbox(&kernel)->flags = 0x7;
	CHECK_EQ(attach(&ring), 0);
	fake_kernel_mailbox(&kernel)->flags = 0xfff7;
	CHECK_EQ(attach(&ring), 0);
	CHECK_EQ(ring.mailbox_flags, 0xfff7);
	fake_kernel_destroy(&kernel);
}

static void another_version(void)
{
	static const uint16_t versions[] = {0, 1, 3, 0x0200};

	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		create();
		fake_kernel_mailbox(&kernel)->version = versions[i];
		check_refused(-EPROTONOSUPPORT);
	}
}

static void a_missing_capability(void)
{
	for (unsigned bit = 0; bit < 3; bit++) {
		create();
		fake_kernel_mailbox(&kernel)->flags = (uint16_t)(0xf & ~(1u << bit));
		check_refused(-EOPNOTSUPP);
	}
}

static void a_ring_that_does_not_fit(void)
{
	static const struct {
		uint32_t offset_bytes;
		uint32_t length_bytes;
	} rings[] = {
		{0, 3968},                        /* over the mailbox */
		{120, 3968},                      /* over its end */
		{132, 3960},                      /* misaligned */
		{128, 0},                         /* empty */
		{128, 3964},                      /* misaligned end */
		{128, 5 * PAGE_BYTES - 120},      /* longer than the map */
		{5 * PAGE_BYTES, 8},              /* behind it */
		{0xfffffff8, 0xfffffff8},         /* far out, wrapping in 32 bits */
		{0xffffff88, 0x78 + 3968},        /* wrapping to a fitting end */
		{128, 0x80000000},                /* longer than an int */
	};

	for (size_t i = 0; i < sizeof(rings) / sizeof(rings[0]); i++) {
		create();
		fake_kernel_mailbox(&kernel)->cmdr_off = rings[i].offset_bytes;
		fake_kernel_mailbox(&kernel)->cmdr_size = rings[i].length_bytes;
		check_refused(-EPROTO);
	}
}

static void a_ring_that_fills_the_map(void)
{
	struct capstan_ring ring;

	create();
	CHECK_EQ(capstan_ring_attach(&ring, kernel.map, PAGE_BYTES, -1), 0);
	CHECK_EQ(capstan_ring_attach(&ring, kernel.map, PAGE_BYTES - 8, -1), -EPROTO);
	fake_kernel_destroy(&kernel);
}

/* Counts of its bytes would not fit an int. Only the mailbox is read here. */
static void a_ring_of_two_gibibytes(void)
{
	struct capstan_ring ring;

	create();
	fake_kernel_mailbox(&kernel)->cmdr_size = 0x80000000;
	CHECK_EQ(capstan_ring_attach(&ring, kernel.map, 1ull << 32, -1), -EPROTO);
	fake_kernel_mailbox(&kernel)->cmdr_size = 0x7ffffff8;
	CHECK_EQ(capstan_ring_attach(&ring, kernel.map, 1ull << 32, -1), 0);
	fake_kernel_destroy(&kernel);
}

static void positions_outside_the_ring(void)
{
	static const uint32_t positions[] = {4, 1201, PAGE_BYTES - 128, 0xfffffff8};

	for (size_t i = 0; i < sizeof(positions) / sizeof(positions[0]); i++) {
		create();
		fake_kernel_mailbox(&kernel)->cmd_head = positions[i];
		check_refused(-EPROTO);
		create();
		fake_kernel_mailbox(&kernel)->cmd_tail = positions[i];
		check_refused(-EPROTO);
	}
}

static void arguments_that_are_no_map(void)
{
	struct capstan_ring ring;

	create();
	CHECK_EQ(capstan_ring_attach(&ring, NULL, PAGE_BYTES, -1), -EINVAL);
	CHECK_EQ(capstan_ring_attach(&ring, kernel.map + 8, PAGE_BYTES - 8, -1), -EINVAL);
	CHECK_EQ(capstan_ring_attach(&ring, kernel.map, 127, -1), -EINVAL);
	CHECK_EQ(capstan_ring_attach(&ring, kernel.map, 0, -1), -EINVAL);
	fake_kernel_destroy(&kernel);
}

static void again_after_a_reset(void)
{
	struct capstan_ring ring;
	struct capstan_command command;

	create();
	CHECK_EQ(attach(&ring), 0);
	fake_kernel_queue_plain(&kernel, 1);
	CHECK_EQ(capstan_ring_drain(&ring, &command, 1), 1);
	CHECK_EQ(capstan_ring_complete(&ring, &command, 0, 0, NULL, 0), 0);
	fake_kernel_reset(&kernel);
	CHECK_EQ(capstan_ring_attach(&ring, ring.map, ring.map_length_bytes, ring.uio_fd), 0);
	CHECK_EQ(ring.drain_position, 0);
	CHECK_EQ(ring.answer_position, 0);
	CHECK_EQ(ring.uio_fd, 7);
	fake_kernel_queue_plain(&kernel, 2);
	CHECK_EQ(capstan_ring_drain(&ring, &command, 1), 1);
	CHECK_EQ(command.command_id, 2);
	fake_kernel_destroy(&kernel);
}

int main(void)
{
	RUN(an_empty_ring);
	RUN(a_ring_with_entries_left_behind);
	RUN(other_flags_do_not_matter);
	RUN(another_version);
	RUN(a_missing_capability);
	RUN(a_ring_that_does_not_fit);
	RUN(a_ring_that_fills_the_map);
	RUN(a_ring_of_two_gibibytes);
	RUN(positions_outside_the_ring);
	RUN(arguments_that_are_no_map);
	RUN(again_after_a_reset);
	return 0;
}
