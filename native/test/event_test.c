/* Events by themselves, and the kick. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "fake_kernel.h"

static int is_readable(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	return poll(&poll_fd, 1, 0);
}

static void an_event_begins_silent(void)
{
	int event_fd = capstan_event_open();

	CHECK(event_fd >= 0);
	CHECK_EQ(is_readable(event_fd), 0);
	CHECK_EQ(fcntl(event_fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	CHECK_EQ(fcntl(event_fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	CHECK_EQ(capstan_event_signal(event_fd), 0);
	CHECK_EQ(is_readable(event_fd), 1);
	CHECK_EQ(capstan_event_close(event_fd), 0);
	CHECK_EQ(capstan_event_close(event_fd), -EBADF);
}

static void an_event_that_is_full_is_signalled(void)
{
	static const uint64_t most = UINT64_MAX - 1;
	int event_fd = capstan_event_open();

	CHECK_EQ(write(event_fd, &most, sizeof(most)), sizeof(most));
	CHECK_EQ(capstan_event_signal(event_fd), 0);
	CHECK_EQ(is_readable(event_fd), 1);
	CHECK_EQ(capstan_event_close(event_fd), 0);
}

static void an_event_that_is_none(void)
{
	CHECK_EQ(capstan_event_signal(-1), -EBADF);
	CHECK_EQ(capstan_event_close(-1), -EBADF);
}

static void a_kick_writes_four_bytes(void)
{
	uint8_t bytes[16];
	int sockets[2];
	struct capstan_ring ring = {0};

	CHECK_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, sockets), 0);
	ring.uio_fd = sockets[0];
	CHECK_EQ(capstan_ring_kick(&ring), 0);
	CHECK_EQ(read(sockets[1], bytes, sizeof(bytes)), 4);
	CHECK_EQ(read(sockets[1], bytes, sizeof(bytes)), -1);
	close(sockets[0]);
	close(sockets[1]);
}

static void a_kick_of_nothing(void)
{
	struct capstan_ring ring = {.uio_fd = -1};

	CHECK_EQ(capstan_ring_kick(&ring), -EBADF);
}

/* An eventfd, too, finds four bytes invalid; a removed uio device does. */
static void a_kick_of_a_removed_device(void)
{
	int event_fd = capstan_event_open();
	struct capstan_ring ring = {.uio_fd = event_fd};

	CHECK_EQ(capstan_ring_kick(&ring), -ENODEV);
	CHECK_EQ(capstan_event_close(event_fd), 0);
}

static void a_kick_that_fails_otherwise(void)
{
	int fds[2];
	struct capstan_ring ring = {0};

	CHECK_EQ(pipe(fds), 0);
	signal(SIGPIPE, SIG_IGN);
	close(fds[0]);
	ring.uio_fd = fds[1];
	CHECK_EQ(capstan_ring_kick(&ring), -EPIPE);
	close(fds[1]);
}

int main(void)
{
	RUN(an_event_begins_silent);
	RUN(an_event_that_is_full_is_signalled);
	RUN(an_event_that_is_none);
	RUN(a_kick_writes_four_bytes);
	RUN(a_kick_of_nothing);
	RUN(a_kick_of_a_removed_device);
	RUN(a_kick_that_fails_otherwise);
	return 0;
}
