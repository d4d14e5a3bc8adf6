/*
 * Waiting. A socket pair stands for the uio device: a read takes four bytes,
 * poll() is silent when there are none, and hanging up is what a removal looks
 * like.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "fake_kernel.h"

#define SOON_MILLIS 20
/* Longer than a test may take: who returns early was woken. */
#define LATE_MILLIS 60000

static struct fake_kernel kernel;
static struct capstan_ring ring;
static int event_fd;
static int uio_kernel_fd;

static void create(void)
{
	int sockets[2];

	fake_kernel_create(&kernel, 1, 4);
	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, sockets), 0);
	uio_kernel_fd = sockets[1];
	CHECK_EQ(capstan_ring_attach(&ring, kernel.map, kernel.map_length_bytes, sockets[0]), 0);
	event_fd = capstan_event_open();
	CHECK(event_fd >= 0);
}

static void destroy(void)
{
	close(ring.uio_fd);
	if (uio_kernel_fd >= 0)
		close(uio_kernel_fd);
	CHECK_EQ(capstan_event_close(event_fd), 0);
	fake_kernel_destroy(&kernel);
}

static void raise_uio_event(void)
{
	static const int32_t event_count = 1;

	CHECK_EQ(write(uio_kernel_fd, &event_count, sizeof(event_count)), sizeof(event_count));
}

static void remove_device(void)
{
	CHECK_EQ(close(uio_kernel_fd), 0);
	uio_kernel_fd = -1;
}

static int wait_until(int timeout_millis)
{
	return capstan_ring_wait(&ring, event_fd, timeout_millis, 0);
}

static int64_t now_millis(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void nothing(void)
{
	create();
	CHECK_EQ(wait_until(0), 0);
	CHECK_EQ(wait_until(1), 0);
	CHECK_EQ(capstan_ring_wait(&ring, -1, 1, 0), 0);
	destroy();
}

/* A lower bound, which no slow machine can miss. */
static void not_before_time_is_up(void)
{
	int64_t begin = now_millis();

	create();
	CHECK_EQ(wait_until(SOON_MILLIS), 0);
	CHECK(now_millis() - begin >= SOON_MILLIS - 1);
	destroy();
}

static void a_uio_event(void)
{
	create();
	raise_uio_event();
	CHECK_EQ(wait_until(LATE_MILLIS), CAPSTAN_WAKE_RING);
	/* It is consumed. */
	CHECK_EQ(wait_until(0), 0);
	destroy();
}

static void entries_without_an_event(void)
{
	struct capstan_command command;

	create();
	fake_kernel_queue_plain(&kernel, 1);
	CHECK_EQ(wait_until(LATE_MILLIS), CAPSTAN_WAKE_RING);
	CHECK_EQ(wait_until(0), CAPSTAN_WAKE_RING);
	CHECK_EQ(capstan_ring_drain(&ring, &command, 1), 1);
	/* Drained is enough; it need not have been answered. */
	CHECK_EQ(wait_until(0), 0);
	destroy();
}

/* As after opening: what is in the ring was announced before we listened. */
static void entries_left_behind(void)
{
	create();
	fake_kernel_queue_plain(&kernel, 1);
	CHECK_EQ(capstan_ring_attach(&ring, ring.map, ring.map_length_bytes, ring.uio_fd), 0);
	CHECK_EQ(wait_until(-1), CAPSTAN_WAKE_RING);
	destroy();
}

/* No system call then: not even with descriptors that would fail one. */
static void entries_need_no_descriptor(void)
{
	create();
	fake_kernel_queue_plain(&kernel, 1);
	CHECK_EQ(capstan_event_signal(event_fd), 0);
	CHECK_EQ(capstan_ring_wait(&ring, 1 << 20, LATE_MILLIS, 0), CAPSTAN_WAKE_RING);
	/* Nor is the signal lost. */
	ring.drain_position = kernel.head;
	CHECK_EQ(wait_until(0), CAPSTAN_WAKE_EVENT);
	destroy();
}

static void a_signal(void)
{
	create();
	CHECK_EQ(capstan_event_signal(event_fd), 0);
	CHECK_EQ(wait_until(LATE_MILLIS), CAPSTAN_WAKE_EVENT);
	CHECK_EQ(wait_until(0), 0);
	destroy();
}

static void signals_add_up_to_one(void)
{
	create();
	for (int i = 0; i < 5; i++)
		CHECK_EQ(capstan_event_signal(event_fd), 0);
	CHECK_EQ(wait_until(LATE_MILLIS), CAPSTAN_WAKE_EVENT);
	CHECK_EQ(wait_until(0), 0);
	destroy();
}

static void a_uio_event_and_a_signal(void)
{
	create();
	raise_uio_event();
	CHECK_EQ(capstan_event_signal(event_fd), 0);
	CHECK_EQ(wait_until(LATE_MILLIS), CAPSTAN_WAKE_RING | CAPSTAN_WAKE_EVENT);
	CHECK_EQ(wait_until(0), 0);
	destroy();
}

static void a_removed_device(void)
{
	create();
	remove_device();
	CHECK_EQ(wait_until(LATE_MILLIS), CAPSTAN_WAKE_GONE);
	CHECK_EQ(wait_until(0), CAPSTAN_WAKE_GONE);
	destroy();
}

static void a_removed_device_with_an_event_still_to_read(void)
{
	create();
	raise_uio_event();
	CHECK_EQ(capstan_event_signal(event_fd), 0);
	remove_device();
	CHECK_EQ(wait_until(LATE_MILLIS), CAPSTAN_WAKE_GONE | CAPSTAN_WAKE_EVENT);
	destroy();
}

/* A device whose read says EIO, though poll() called it readable. */
static void a_device_that_is_removed_in_between(void)
{
	int fds[2];

	create();
	CHECK_EQ(pipe2(fds, O_NONBLOCK | O_CLOEXEC), 0);
	CHECK_EQ(write(fds[1], "ab", 2), 2);
	/* Two bytes are no event: a short read is taken for EIO. */
	CHECK_EQ(capstan_ring_attach(&ring, ring.map, ring.map_length_bytes, fds[0]), 0);
	CHECK_EQ(wait_until(LATE_MILLIS), CAPSTAN_WAKE_GONE);
	close(fds[1]);
	destroy();
}

static void descriptors_that_are_not_open(void)
{
	int uio_fd;

	create();
	CHECK_EQ(capstan_ring_wait(&ring, 1 << 20, LATE_MILLIS, 0), -EBADF);
	uio_fd = ring.uio_fd;
	ring.uio_fd = 1 << 20;
	CHECK_EQ(wait_until(LATE_MILLIS), -EBADF);
	ring.uio_fd = uio_fd;
	destroy();
}

static void an_event_that_cannot_be_read(void)
{
	create();
	CHECK_EQ(close(event_fd), 0);
	/* Always readable, and never an event to read. */
	event_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	CHECK(event_fd >= 0);
	CHECK_EQ(wait_until(LATE_MILLIS), -EIO);
	/* The error is not mixed with what else woke us. */
	remove_device();
	CHECK_EQ(wait_until(LATE_MILLIS), -EIO);
	destroy();
}

static void a_ring_without_a_device(void)
{
	int uio_fd;

	create();
	uio_fd = ring.uio_fd;
	ring.uio_fd = -1;
	CHECK_EQ(wait_until(1), 0);
	CHECK_EQ(capstan_event_signal(event_fd), 0);
	CHECK_EQ(wait_until(LATE_MILLIS), CAPSTAN_WAKE_EVENT);
	ring.uio_fd = uio_fd;
	destroy();
}

/* Another thread, and what it does after a moment. */
static void *act_soon(void *action)
{
	void (*act)(void);

	memcpy(&act, action, sizeof(act));
	usleep(SOON_MILLIS * 1000);
	act();
	return NULL;
}

static void check_woken_by(void (*act)(void), int timeout_millis, uint32_t spin_count, int wake)
{
	pthread_t other;

	create();
	CHECK_EQ(pthread_create(&other, NULL, act_soon, &act), 0);
	CHECK_EQ(capstan_ring_wait(&ring, event_fd, timeout_millis, spin_count), wake);
	CHECK_EQ(pthread_join(other, NULL), 0);
	destroy();
}

static void signal_event(void)
{
	CHECK_EQ(capstan_event_signal(event_fd), 0);
}

static void queue_entry(void)
{
	fake_kernel_queue_plain(&kernel, 1);
}

static void woken_from_sleep(void)
{
	check_woken_by(raise_uio_event, -1, 0, CAPSTAN_WAKE_RING);
	check_woken_by(raise_uio_event, LATE_MILLIS, 100, CAPSTAN_WAKE_RING);
	check_woken_by(signal_event, -1, 0, CAPSTAN_WAKE_EVENT);
	check_woken_by(remove_device, -1, 0, CAPSTAN_WAKE_GONE);
}

/* No event is raised: only spinning can see the entry. */
static void woken_while_spinning(void)
{
	check_woken_by(queue_entry, 0, UINT32_MAX, CAPSTAN_WAKE_RING);
}

static void spinning_comes_to_an_end(void)
{
	create();
	CHECK_EQ(capstan_ring_wait(&ring, event_fd, 0, 1000), 0);
	CHECK_EQ(capstan_event_signal(event_fd), 0);
	CHECK_EQ(capstan_ring_wait(&ring, event_fd, 0, 1000), CAPSTAN_WAKE_EVENT);
	destroy();
}

static pthread_t waiting_thread;

static void ignore(int signal_number)
{
	(void)signal_number;
}

static void interrupt(void)
{
	for (int i = 0; i < 3; i++) {
		CHECK_EQ(pthread_kill(waiting_thread, SIGUSR1), 0);
		usleep(SOON_MILLIS * 1000);
	}
	CHECK_EQ(capstan_event_signal(event_fd), 0);
}

/* A signal handler that runs is no reason to return. */
static void interrupted(void)
{
	struct sigaction action = {.sa_handler = ignore};

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	waiting_thread = pthread_self();
	check_woken_by(interrupt, -1, 0, CAPSTAN_WAKE_EVENT);
	check_woken_by(interrupt, LATE_MILLIS, 0, CAPSTAN_WAKE_EVENT);
}

static void interrupted_until_time_is_up(void)
{
	void (*act)(void) = interrupt;
	pthread_t other;

	create();
	waiting_thread = pthread_self();
	CHECK_EQ(pthread_create(&other, NULL, act_soon, &act), 0);
	CHECK_EQ(capstan_ring_wait(&ring, -1, 3 * SOON_MILLIS, 0), 0);
	CHECK_EQ(pthread_join(other, NULL), 0);
	destroy();
}

int main(void)
{
	RUN(nothing);
	RUN(not_before_time_is_up);
	RUN(a_uio_event);
	RUN(entries_without_an_event);
	RUN(entries_left_behind);
	RUN(entries_need_no_descriptor);
	RUN(a_signal);
	RUN(signals_add_up_to_one);
	RUN(a_uio_event_and_a_signal);
	RUN(a_removed_device);
	RUN(a_removed_device_with_an_event_still_to_read);
	RUN(a_device_that_is_removed_in_between);
	RUN(descriptors_that_are_not_open);
	RUN(an_event_that_cannot_be_read);
	RUN(a_ring_without_a_device);
	RUN(woken_from_sleep);
	RUN(woken_while_spinning);
	RUN(spinning_comes_to_an_end);
	RUN(interrupted);
	RUN(interrupted_until_time_is_up);
	return 0;
}
