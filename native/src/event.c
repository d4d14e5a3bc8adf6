/* The event that wakes a waiting ring owner. */
#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "capstan.h"

int capstan_event_open(void)
{
	int event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	return event_fd < 0 ? -errno : event_fd;
}

int capstan_event_signal(int event_fd)
{
	static const uint64_t one = 1;
	ssize_t written;

	do
		written = write(event_fd, &one, sizeof(one));
	while (written < 0 && errno == EINTR);
	/* EAGAIN: it has been signalled as often as it can count, which is enough. */
	return written < 0 && errno != EAGAIN ? -errno : 0;
}

int capstan_event_close(int event_fd)
{
	/* After EINTR the descriptor is closed all the same: see close(2). */
	return close(event_fd) != 0 && errno != EINTR ? -errno : 0;
}
