/*
 * Loaded with LD_PRELOAD, records in a log what a process writes to and flushes of its catalog, so that any state that a
 * loss of power may leave can be made of it. CAPSTAN_RECORD_DIRECTORY names the directory of the catalog,
 * CAPSTAN_RECORD_LOG the log, which must exist. RecordedEvent reads what is written here.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { WRITE = 1, FLUSH, TRUNCATE, RENAME };

struct header {
	uint32_t kind;
	uint32_t is_synchronous;
	int64_t offset;
	int64_t path_bytes;
	int64_t data_bytes;
};
_Static_assert(sizeof(struct header) == 32, "RecordedEvent knows this size");

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_rename)(const char *, const char *);

static const char *directory;
static int log_fd = -1;
/* A call and its entry are one: other threads' entries come before or after both. */
static pthread_mutex_t recording = PTHREAD_MUTEX_INITIALIZER;

static void *next(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (function == NULL)
		abort();
	return function;
}

__attribute__((constructor)) static void begin(void)
{
	const char *log = getenv("CAPSTAN_RECORD_LOG");

	*(void **)&real_write = next("write");
	*(void **)&real_writev = next("writev");
	*(void **)&real_pwrite = next("pwrite");
	*(void **)&real_fsync = next("fsync");
	*(void **)&real_fdatasync = next("fdatasync");
	*(void **)&real_ftruncate = next("ftruncate");
	*(void **)&real_rename = next("rename");
	directory = getenv("CAPSTAN_RECORD_DIRECTORY");
	if (log == NULL || directory == NULL)
		abort();
	log_fd = open(log, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (log_fd < 0)
		abort();
}

static int is_in_catalog(const char *path)
{
	const char *name = strrchr(path, '/');

	return directory != NULL && strncmp(path, directory, strlen(directory)) == 0 &&
	       name != NULL && (strchr(name, '.') == NULL || strcmp(name, "/data.mdb") == 0);
}

/* The path of a descriptor whose calls are recorded, or 0: its data file and directories. */
static int recorded_path(int fd, char path[static PATH_MAX])
{
	char link[64];
	ssize_t length;

	if (log_fd < 0 || fd == log_fd)
		return 0;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, PATH_MAX - 1);
	if (length <= 0)
		return 0;
	path[length] = '\0';
	return is_in_catalog(path);
}

static void record(enum kind kind, int fd, int64_t offset, const char *path, const void *data,
		   size_t data_bytes)
{
	struct header header = {
		.kind = kind,
		.is_synchronous = fd >= 0 && (fcntl(fd, F_GETFL) & O_DSYNC) != 0,
		.offset = offset,
		.path_bytes = (int64_t)strlen(path),
		.data_bytes = (int64_t)data_bytes,
	};
	struct iovec parts[] = {
		{ &header, sizeof(header) },
		{ (void *)(uintptr_t)path, strlen(path) },
		{ (void *)(uintptr_t)data, data_bytes },
	};

	if (real_writev(log_fd, parts, 3) != (ssize_t)(sizeof(header) + strlen(path) + data_bytes))
		abort();
}

static ssize_t record_write(int fd, const void *data, size_t length, off_t offset)
{
	char path[PATH_MAX];
	int is_recorded = recorded_path(fd, path);
	ssize_t written;

	if (!is_recorded)
		return real_pwrite(fd, data, length, offset);
	pthread_mutex_lock(&recording);
	written = real_pwrite(fd, data, length, offset);
	if (written > 0)
		record(WRITE, fd, offset, path, data, (size_t)written);
	pthread_mutex_unlock(&recording);
	return written;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset)
{
	return record_write(fd, data, length, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset)
{
	return record_write(fd, data, length, offset);
}

ssize_t write(int fd, const void *data, size_t length)
{
	char path[PATH_MAX];
	ssize_t written;

	if (!recorded_path(fd, path))
		return real_write(fd, data, length);
	pthread_mutex_lock(&recording);
	written = real_write(fd, data, length);
	if (written > 0)
		record(WRITE, fd, lseek(fd, 0, SEEK_CUR) - written, path, data, (size_t)written);
	pthread_mutex_unlock(&recording);
	return written;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	char path[PATH_MAX];
	ssize_t written;
	off_t offset;

	if (!recorded_path(fd, path))
		return real_writev(fd, parts, count);
	pthread_mutex_lock(&recording);
	offset = lseek(fd, 0, SEEK_CUR);
	written = real_writev(fd, parts, count);
	for (ssize_t left = written; left > 0; parts++) {
		size_t length = (size_t)left < parts->iov_len ? (size_t)left : parts->iov_len;

		if (length > 0)
			record(WRITE, fd, offset, path, parts->iov_base, length);
		offset += (off_t)length;
		left -= (ssize_t)length;
	}
	pthread_mutex_unlock(&recording);
	return written;
}

static int record_flush(int fd, int (*flush)(int))
{
	char path[PATH_MAX];
	int result;

	if (!recorded_path(fd, path))
		return flush(fd);
	pthread_mutex_lock(&recording);
	result = flush(fd);
	if (result == 0)
		record(FLUSH, fd, 0, path, NULL, 0);
	pthread_mutex_unlock(&recording);
	return result;
}

int fsync(int fd)
{
	return record_flush(fd, real_fsync);
}

int fdatasync(int fd)
{
	return record_flush(fd, real_fdatasync);
}

static int record_truncate(int fd, off_t length)
{
	char path[PATH_MAX];
	int result;

	if (!recorded_path(fd, path))
		return real_ftruncate(fd, length);
	pthread_mutex_lock(&recording);
	result = real_ftruncate(fd, length);
	if (result == 0)
		record(TRUNCATE, fd, length, path, NULL, 0);
	pthread_mutex_unlock(&recording);
	return result;
}

int ftruncate(int fd, off_t length)
{
	return record_truncate(fd, length);
}

int ftruncate64(int fd, off_t length)
{
	return record_truncate(fd, length);
}

int rename(const char *from, const char *to)
{
	int result;

	if (!is_in_catalog(from))
		return real_rename(from, to);
	pthread_mutex_lock(&recording);
	result = real_rename(from, to);
	if (result == 0)
		record(RENAME, -1, 0, from, to, strlen(to));
	pthread_mutex_unlock(&recording);
	return result;
}
