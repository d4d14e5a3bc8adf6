/* A fake kernel in one thread and the ring's owner in another, at full speed. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "fake_kernel.h"
#include "random.h"

#define COMMANDS 50000u
#define BATCH 16u

static struct fake_kernel kernel;
static int uio_kernel_fd;
static int uio_fd;
static int event_fd;

/* What command number n carries, and what it is answered with. */
static void cdb_of(uint32_t number, uint8_t cdb[16])
{
	memset(cdb, 0, 16);
	cdb[0] = 0x8a;
	memcpy(cdb + 4, &number, sizeof(number));
	cdb[15] = (uint8_t)(number * 7);
}

static uint8_t status_of(uint32_t number)
{
	return (uint8_t)(number * 13);
}

static void raise_uio_event(void)
{
	static const int32_t event_count = 1;

	/* If that blocks, there are events enough that the owner has not seen. */
	if (write(uio_kernel_fd, &event_count, sizeof(event_count)) < 0)
		CHECK_EQ(errno, EAGAIN);
}

static uint32_t take_completions(uint32_t first)
{
	static struct fake_completion completions[64];
	uint32_t count = fake_kernel_reap(&kernel, completions, 64);

	for (uint32_t i = 0; i < count; i++) {
		CHECK_EQ(completions[i].id, (uint16_t)(first + i));
		CHECK_EQ(completions[i].status, status_of(first + i));
		CHECK_EQ(completions[i].sense[95], status_of(first + i));
	}
	return count;
}

static void wait_for_kick(void)
{
	struct pollfd poll_fd = {.fd = uio_kernel_fd, .events = POLLIN};
	uint8_t kicks[256];

	poll(&poll_fd, 1, 100);
	while (read(uio_kernel_fd, kicks, sizeof(kicks)) > 0)
		;
}

static bool queue_number(uint32_t number)
{
	struct iovec iov = fake_kernel_data(&kernel, number % 4096, 1 + number % 4096);
	uint8_t cdb[16];

	cdb_of(number, cdb);
	return fake_kernel_queue(&kernel, &(struct fake_command){(uint16_t)number, cdb, sizeof(cdb),
								 &iov, 1}) != NO_ROOM;
}

static void *run_kernel(void *unused)
{
	uint32_t queued = 0;
	uint32_t taken = 0;

	while (taken < COMMANDS) {
		uint32_t before = queued;

		while (queued < COMMANDS && queue_number(queued))
			queued++;
		if (queued != before)
			raise_uio_event();
		wait_for_kick();
		taken += take_completions(taken);
	}
	CHECK_EQ(capstan_event_signal(event_fd), 0);
	return unused;
}

static void check_command(const struct capstan_command *command, uint32_t number)
{
	uint8_t cdb[16];

	cdb_of(number, cdb);
	CHECK_EQ(command->fault, CAPSTAN_FAULT_NONE);
	CHECK_EQ(command->command_id, (uint16_t)number);
	CHECK_BYTES(command->cdb, cdb, sizeof(cdb));
	CHECK_EQ(command->data_length_bytes, 1 + number % 4096);
}

static uint32_t serve(struct capstan_ring *ring, uint32_t number)
{
	static struct capstan_command commands[BATCH];
	uint8_t sense[CAPSTAN_SENSE_MAX];
	int count = capstan_ring_drain(ring, commands, BATCH);

	CHECK(count >= 0);
	for (int i = 0; i < count; i++, number++) {
		check_command(&commands[i], number);
		memset(sense, status_of(number), sizeof(sense));
		CHECK_EQ(capstan_ring_complete(ring, &commands[i], status_of(number), 0, sense,
					       sizeof(sense)),
			 0);
	}
	if (count > 0)
		CHECK_EQ(capstan_ring_kick(ring), 0);
	return (uint32_t)count;
}

static void every_command_once_and_in_order(void)
{
	struct capstan_ring ring;
	struct random_source source = {1};
	pthread_t kernel_thread;
	int sockets[2];
	uint32_t number = 0;
	int wake = 0;

	fake_kernel_create(&kernel, 1, 4);
	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
	uio_fd = sockets[0];
	uio_kernel_fd = sockets[1];
	CHECK_EQ(fcntl(uio_kernel_fd, F_SETFL, O_NONBLOCK), 0);
	event_fd = capstan_event_open();
	CHECK_EQ(capstan_ring_attach(&ring, kernel.map, kernel.map_length_bytes, uio_fd), 0);
	CHECK_EQ(pthread_create(&kernel_thread, NULL, run_kernel, NULL), 0);
	while (!(wake & CAPSTAN_WAKE_EVENT)) {
		wake = capstan_ring_wait(&ring, event_fd, -1, random_below(&source, 200));
		CHECK(wake > 0 && !(wake & CAPSTAN_WAKE_GONE));
		number += serve(&ring, number);
	}
	CHECK_EQ(number, COMMANDS);
	CHECK_EQ(capstan_ring_pending(&ring), 0);
	CHECK_EQ(pthread_join(kernel_thread, NULL), 0);
	close(uio_fd);
	close(uio_kernel_fd);
	CHECK_EQ(capstan_event_close(event_fd), 0);
	fake_kernel_destroy(&kernel);
}

int main(void)
{
	RUN(every_command_once_and_in_order);
	return 0;
}
