/* The uio device: opening it, its mailbox, waiting for it, waking it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "ring.h"

#define MAILBOX_FLAGS_NEEDED \
	(TCMU_MAILBOX_FLAG_CAP_OOOC | TCMU_MAILBOX_FLAG_CAP_READ_LEN | TCMU_MAILBOX_FLAG_CAP_TMR)

static const struct capstan_ring CLOSED = {.uio_fd = -1};

static bool ring_lies_in_map(const struct tcmu_mailbox *mailbox, uint64_t map_length_bytes)
{
	uint64_t end = (uint64_t)mailbox->cmdr_off + mailbox->cmdr_size;

	return mailbox->cmdr_off >= sizeof(*mailbox) && mailbox->cmdr_off % TCMU_OP_ALIGN_SIZE == 0 &&
	       mailbox->cmdr_size <= INT32_MAX && mailbox->cmdr_size % TCMU_OP_ALIGN_SIZE == 0 &&
	       end <= map_length_bytes;
}

/* A ring of no length has none. */
static bool is_ring_position(const struct tcmu_mailbox *mailbox, uint32_t position)
{
	return position < mailbox->cmdr_size && position % TCMU_OP_ALIGN_SIZE == 0;
}

static int check_mailbox(const struct tcmu_mailbox *mailbox, uint64_t map_length_bytes)
{
	if (mailbox->version != TCMU_MAILBOX_VERSION)
		return -EPROTONOSUPPORT;
	if ((mailbox->flags & MAILBOX_FLAGS_NEEDED) != MAILBOX_FLAGS_NEEDED)
		return -EOPNOTSUPP;
	if (!ring_lies_in_map(mailbox, map_length_bytes) ||
	    !is_ring_position(mailbox, mailbox->cmd_head) ||
	    !is_ring_position(mailbox, mailbox->cmd_tail))
		return -EPROTO;
	return 0;
}

int capstan_ring_attach(struct capstan_ring *ring, void *map, uint64_t map_length_bytes, int uio_fd)
{
	struct tcmu_mailbox mailbox;
	int error;

	if (!map || (uintptr_t)map % ALIGN_SIZE != 0 || map_length_bytes < sizeof(mailbox))
		return -EINVAL;
	copy_once(&mailbox, map, sizeof(mailbox));
	error = check_mailbox(&mailbox, map_length_bytes);
	if (error)
		return error;
	*ring = (struct capstan_ring){
		.map = map,
		.map_length_bytes = map_length_bytes,
		.command_ring_offset_bytes = mailbox.cmdr_off,
		.command_ring_length_bytes = mailbox.cmdr_size,
		.drain_position = mailbox.cmd_tail,
		.answer_position = mailbox.cmd_tail,
		.uio_fd = uio_fd,
		.mailbox_flags = mailbox.flags,
	};
	return 0;
}

static int map_and_attach(struct capstan_ring *ring, int uio_fd, uint64_t map_length_bytes)
{
	void *map = mmap(NULL, map_length_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, uio_fd, 0);
	int error;

	if (map == MAP_FAILED)
		return -errno;
	error = capstan_ring_attach(ring, map, map_length_bytes, uio_fd);
	if (error)
		munmap(map, map_length_bytes);
	return error;
}

int capstan_ring_open(struct capstan_ring *ring, const char *path, uint64_t map_length_bytes)
{
	/* Non-blocking: poll() may announce an event that read() does not find. */
	int uio_fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	int error;

	*ring = CLOSED;
	if (uio_fd < 0)
		return -errno;
	error = map_and_attach(ring, uio_fd, map_length_bytes);
	if (error)
		close(uio_fd);
	return error;
}

int capstan_ring_close(struct capstan_ring *ring)
{
	int error = 0;

	if (!ring->map)
		return 0;
	if (munmap(ring->map, ring->map_length_bytes) != 0)
		error = -errno;
	/* After EINTR the descriptor is closed all the same: see close(2). */
	if (close(ring->uio_fd) != 0 && errno != EINTR && !error)
		error = -errno;
	*ring = CLOSED;
	return error;
}

static void pause_processor(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("isb" ::: "memory");
#endif
}

static bool has_entries(const struct capstan_ring *ring)
{
	return mailbox_load_head(ring->map) != ring->drain_position;
}

static bool spin_for_entries(const struct capstan_ring *ring, uint32_t spin_count)
{
	for (uint32_t spin = 0; spin < spin_count; spin++) {
		if (has_entries(ring))
			return true;
		pause_processor();
	}
	return has_entries(ring);
}

static int64_t now_millis(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What is left until a deadline, for poll(): 0 and more, or -1 for ever. */
static int left_millis(int64_t deadline_millis)
{
	int64_t left;

	if (deadline_millis < 0)
		return -1;
	left = deadline_millis - now_millis();
	return left > 0 ? (int)left : 0;
}

/*
 * Takes one event off a descriptor so that poll() is silent until the next.
 * Returns wake if there was one.
 */
static int take_event(int fd, void *event, size_t length_bytes, int wake)
{
	ssize_t got;

	do
		got = read(fd, event, length_bytes);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == EAGAIN ? 0 : -errno;
	return (size_t)got == length_bytes ? wake : -EIO;
}

static int take_uio_event(const struct pollfd *uio)
{
	int32_t event_count;
	int wake;

	/*
	 * Whatever else poll() says about the device than that it is readable,
	 * it is the kernel's -EIO cast to a mask.
	 */
	if (uio->revents & ~POLLIN)
		return CAPSTAN_WAKE_GONE;
	if (uio->revents == 0)
		return 0;
	wake = take_event(uio->fd, &event_count, sizeof(event_count), CAPSTAN_WAKE_RING);
	return wake == -EIO ? CAPSTAN_WAKE_GONE : wake;
}

static int take_signal(const struct pollfd *event)
{
	uint64_t signal_count;

	if (event->revents == 0)
		return 0;
	return take_event(event->fd, &signal_count, sizeof(signal_count), CAPSTAN_WAKE_EVENT);
}

/* Returns what woke us, 0 if it was nothing after all, or -errno. */
static int sleep_once(const struct capstan_ring *ring, int event_fd, int timeout_millis)
{
	struct pollfd fds[2] = {
		{.fd = ring->uio_fd, .events = POLLIN},
		{.fd = event_fd, .events = POLLIN},
	};
	int uio;
	int event;

	if (poll(fds, 2, timeout_millis) < 0)
		return errno == EINTR ? 0 : -errno;
	if ((fds[0].revents | fds[1].revents) & POLLNVAL)
		return -EBADF;
	uio = take_uio_event(&fds[0]);
	if (uio < 0)
		return uio;
	event = take_signal(&fds[1]);
	return event < 0 ? event : uio | event;
}

int capstan_ring_wait(const struct capstan_ring *ring, int event_fd, int timeout_millis,
		      uint32_t spin_count)
{
	int64_t deadline_millis = -1;
	int wake;
	int left;

	if (spin_for_entries(ring, spin_count))
		return CAPSTAN_WAKE_RING;
	if (timeout_millis > 0)
		deadline_millis = now_millis() + timeout_millis;
	left = timeout_millis > 0 ? timeout_millis : timeout_millis == 0 ? 0 : -1;
	for (;;) {
		wake = sleep_once(ring, event_fd, left);
		if (wake != 0 || left == 0)
			return wake;
		left = left_millis(deadline_millis);
	}
}

int capstan_ring_kick(const struct capstan_ring *ring)
{
	/* The device takes four bytes; TCMU does not look at their value. */
	static const int32_t completed = 0;
	ssize_t written;

	do
		written = write(ring->uio_fd, &completed, sizeof(completed));
	while (written < 0 && errno == EINTR);
	if (written == (ssize_t)sizeof(completed))
		return 0;
	if (written >= 0)
		return -EIO;
	/* A uio device that has been removed says EIO, in other kernels EINVAL. */
	return errno == EIO || errno == EINVAL ? -ENODEV : -errno;
}
