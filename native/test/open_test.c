/* Opening and closing, with a file in memory for the uio device. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "fake_kernel.h"

#define RING_PAGES 2
#define DATA_PAGES 2
#define LENGTH_BYTES ((RING_PAGES + DATA_PAGES) * PAGE_BYTES)

static struct fake_kernel kernel;
static int file;
static char path[32];

static void create(void)
{
	uint8_t *map;

	file = memfd_create("ring", MFD_CLOEXEC);
	CHECK(file >= 0);
	CHECK_EQ(ftruncate(file, LENGTH_BYTES), 0);
	map = mmap(NULL, LENGTH_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	CHECK(map != MAP_FAILED);
	fake_kernel_format(&kernel, map, RING_PAGES, DATA_PAGES);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
}

static void destroy(void)
{
	CHECK_EQ(munmap(kernel.map, LENGTH_BYTES), 0);
	CHECK_EQ(close(file), 0);
}

static int open_file_count(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int count = 0;

	CHECK(directory);
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

/* Lines of /proc/self/maps that name the file in memory. */
static int mapping_count(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	int count = 0;

	CHECK(maps);
	while (fgets(line, sizeof(line), maps))
		count += strstr(line, "memfd:ring") != NULL;
	fclose(maps);
	return count;
}

static void commands_come_through_the_map(void)
{
	struct capstan_ring ring;
	struct capstan_command command;
	struct fake_completion completion;

	create();
	CHECK_EQ(capstan_ring_open(&ring, path, LENGTH_BYTES), 0);
	CHECK(ring.map != kernel.map);
	CHECK_EQ(ring.map_length_bytes, LENGTH_BYTES);
	fake_kernel_queue_plain(&kernel, 9);
	CHECK_EQ(capstan_ring_drain(&ring, &command, 1), 1);
	CHECK_EQ(command.command_id, 9);
	CHECK_EQ(capstan_ring_complete(&ring, &command, 0x08, 0, NULL, 0), 0);
	CHECK_EQ(fake_kernel_reap(&kernel, &completion, 1), 1);
	CHECK_EQ(completion.status, 0x08);
	CHECK_EQ(capstan_ring_close(&ring), 0);
	destroy();
}

static void the_descriptor_is_private_and_does_not_block(void)
{
	struct capstan_ring ring;

	create();
	CHECK_EQ(capstan_ring_open(&ring, path, LENGTH_BYTES), 0);
	CHECK_EQ(fcntl(ring.uio_fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	CHECK_EQ(fcntl(ring.uio_fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	CHECK_EQ(fcntl(ring.uio_fd, F_GETFL) & O_ACCMODE, O_RDWR);
	CHECK_EQ(capstan_ring_close(&ring), 0);
	destroy();
}

static void closing_leaves_nothing_open(void)
{
	struct capstan_ring ring;
	int files;
	int mappings;

	create();
	files = open_file_count();
	mappings = mapping_count();
	CHECK_EQ(capstan_ring_open(&ring, path, LENGTH_BYTES), 0);
	CHECK_EQ(open_file_count(), files + 1);
	CHECK_EQ(mapping_count(), mappings + 1);
	CHECK_EQ(capstan_ring_close(&ring), 0);
	CHECK_EQ(open_file_count(), files);
	CHECK_EQ(mapping_count(), mappings);
	CHECK(ring.map == NULL);
	CHECK_EQ(ring.uio_fd, -1);
	destroy();
}

static void closing_twice_does_nothing(void)
{
	struct capstan_ring ring;
	struct capstan_ring zeros = {0};

	create();
	CHECK_EQ(capstan_ring_open(&ring, path, LENGTH_BYTES), 0);
	CHECK_EQ(capstan_ring_close(&ring), 0);
	CHECK_EQ(capstan_ring_close(&ring), 0);
	/* Nor does closing what was never opened: descriptor 0 stays open. */
	CHECK_EQ(capstan_ring_close(&zeros), 0);
	CHECK(fcntl(0, F_GETFD) >= 0 || errno != EBADF);
	destroy();
}

static void check_fails(const char *which, uint64_t length_bytes, int error)
{
	struct capstan_ring ring;
	int files = open_file_count();
	int mappings = mapping_count();

	memset(&ring, 0x5a, sizeof(ring));
	CHECK_EQ(capstan_ring_open(&ring, which, length_bytes), error);
	CHECK_EQ(open_file_count(), files);
	CHECK_EQ(mapping_count(), mappings);
	CHECK(ring.map == NULL);
	CHECK_EQ(ring.uio_fd, -1);
	CHECK_EQ(capstan_ring_close(&ring), 0);
}

static void a_failure_leaves_nothing_open(void)
{
	create();
	check_fails("/nowhere/uio0", LENGTH_BYTES, -ENOENT);
	check_fails("/", LENGTH_BYTES, -EISDIR);
	check_fails(path, 0, -EINVAL);
	check_fails(path, 1ull << 62, -ENOMEM);
	fake_kernel_mailbox(&kernel)->version = 1;
	check_fails(path, LENGTH_BYTES, -EPROTONOSUPPORT);
	fake_kernel_mailbox(&kernel)->version = 2;
	fake_kernel_mailbox(&kernel)->flags = 1;
	check_fails(path, LENGTH_BYTES, -EOPNOTSUPP);
	fake_kernel_mailbox(&kernel)->flags = 0xf;
	check_fails(path, PAGE_BYTES, -EPROTO);
	destroy();
}

static void what_was_not_answered_is_there_for_the_next(void)
{
	struct capstan_ring ring;
	struct capstan_command command;

	create();
	fake_kernel_queue_plain(&kernel, 5);
	CHECK_EQ(capstan_ring_open(&ring, path, LENGTH_BYTES), 0);
	CHECK_EQ(capstan_ring_drain(&ring, &command, 1), 1);
	CHECK_EQ(capstan_ring_close(&ring), 0);
	CHECK_EQ(capstan_ring_open(&ring, path, LENGTH_BYTES), 0);
	CHECK_EQ(capstan_ring_pending(&ring), 120);
	CHECK_EQ(capstan_ring_drain(&ring, &command, 1), 1);
	CHECK_EQ(command.command_id, 5);
	CHECK_EQ(capstan_ring_close(&ring), 0);
	destroy();
}

int main(void)
{
	RUN(commands_come_through_the_map);
	RUN(the_descriptor_is_private_and_does_not_block);
	RUN(closing_leaves_nothing_open);
	RUN(closing_twice_does_nothing);
	RUN(a_failure_leaves_nothing_open);
	RUN(what_was_not_answered_is_there_for_the_next);
	return 0;
}
