/*
 * Writes and verifies tape records whose lengths and bytes follow from a seed and the number of the record alone, so that
 * a test can say which record it got back. One system call is one record, with /dev/nst in variable block mode.
 *
 *   tapetool write DEVICE SEED FIRST COUNT MIN MAX    records FIRST .. FIRST+COUNT-1 of MIN to MAX bytes
 *   tapetool verify DEVICE SEED FIRST COUNT MIN MAX   reads exactly those
 *   tapetool tail DEVICE SEED FIRST MIN MAX           reads to the next filemark or end of data, prints how many came
 *   tapetool survey DEVICE SEED COUNT MIN MAX         seeks to and reads each record, prints one character for each:
 *                                                     "." right, "E" error, "W" wrong data
 *   tapetool fill DEVICE SEED FIRST MIN MAX           writes until the tape says no, prints how many were taken and errno
 *   tapetool cram DEVICE SEED FIRST MIN MAX           the same, but goes on after early warning, which st reports for every
 *                                                     other write, until three writes in a row are refused
 *   tapetool journal DEVICE SEED MIN MAX EVERY FILE   writes until the tape says no, synchronizes after 1 to EVERY records
 *                                                     (WRITE FILEMARKS of none), and then appends to FILE, on stable storage,
 *                                                     how many records are synchronized; prints as fill does
 *   tapetool generate SEED FIRST COUNT MIN MAX        the same bytes to standard output, for dd
 *   tapetool compare SEED FIRST MIN MAX               compares standard input, prints how many whole records came
 *   tapetool read DEVICE LENGTH [FILE]                one read: prints the length or the errno
 *   tapetool find FILE SEED NUMBER MIN MAX            prints the offset at which a file has that record
 *   tapetool flip FILE OFFSET BIT                     turns one bit over; the same again restores it
 *   tapetool move DEVICE st|ie|dt N st|ie|dt N        CHIOMOVE on /dev/schN: prints ok or the errno
 *
 * Exit status: 0 when the tape did what was asked (tail, fill and read print an outcome and report no failure for an
 * errno), 1 for wrong data or an error, 2 for wrong usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mtio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/chio.h>

/* tcm_loop takes no more in one command, and a bigger read buffer is a bigger command. */
#define RECORD_LENGTH_BYTES_MAX (1024 * 1024)

static unsigned char expected[RECORD_LENGTH_BYTES_MAX + 8];
static unsigned char actual[RECORD_LENGTH_BYTES_MAX];

struct series {
    uint64_t seed;
    size_t min_bytes;
    size_t max_bytes;
};

static uint64_t mix(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15ULL);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

/* Makes record `number` in `expected` and returns its length. */
static size_t make_record(const struct series *series, uint64_t number)
{
    /* mix() is a counter with a good hash: a state that is linear in the number would make records shifts of each other. */
    uint64_t of_number = number;
    uint64_t state = series->seed ^ mix(&of_number);
    size_t length = series->min_bytes + (size_t)(mix(&state) % (series->max_bytes - series->min_bytes + 1));
    size_t at;

    for (at = 0; at < length; at += 8) {
        uint64_t word = mix(&state);

        memcpy(expected + at, &word, 8);
    }
    return length;
}

static uint64_t parse_number(const char *text)
{
    char *end;
    uint64_t value = strtoull(text, &end, 0);

    if (*text == '\0' || *end != '\0') {
        fprintf(stderr, "tapetool: not a number: %s\n", text);
        exit(2);
    }
    return value;
}

static struct series parse_series(char **seed, char **min)
{
    struct series series = {parse_number(*seed), (size_t)parse_number(min[0]), (size_t)parse_number(min[1])};

    if (series.min_bytes < 1 || series.max_bytes < series.min_bytes || series.max_bytes > RECORD_LENGTH_BYTES_MAX) {
        fprintf(stderr, "tapetool: a record has 1 to %d bytes\n", RECORD_LENGTH_BYTES_MAX);
        exit(2);
    }
    return series;
}

static int open_device(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);

    if (fd < 0) {
        fprintf(stderr, "tapetool: %s: %s\n", path, strerrorname_np(errno));
        exit(1);
    }
    return fd;
}

static int close_device(int fd)
{
    if (close(fd) < 0) {
        fprintf(stderr, "tapetool: close: %s\n", strerrorname_np(errno));
        return 1;
    }
    return 0;
}

static int write_records(int fd, const struct series *series, uint64_t first, uint64_t count)
{
    for (uint64_t i = first; i < first + count; i++) {
        size_t length = make_record(series, i);
        ssize_t n = write(fd, expected, length);

        if (n != (ssize_t)length) {
            fprintf(stderr, "tapetool: record %llu of %zu bytes: wrote %zd: %s\n", (unsigned long long)i, length, n,
                    n < 0 ? strerrorname_np(errno) : "short");
            return 1;
        }
    }
    return 0;
}

static int is_record(const struct series *series, uint64_t number, ssize_t n)
{
    size_t length = make_record(series, number);

    if (n == (ssize_t)length && memcmp(expected, actual, length) == 0)
        return 1;
    fprintf(stderr, "tapetool: record %llu: expected %zu bytes, got %zd%s\n", (unsigned long long)number, length, n,
            n == (ssize_t)length ? " of other data" : "");
    return 0;
}

static int verify_records(int fd, const struct series *series, uint64_t first, uint64_t count)
{
    for (uint64_t i = first; i < first + count; i++) {
        ssize_t n = read(fd, actual, sizeof actual);

        if (n < 0) {
            fprintf(stderr, "tapetool: record %llu: %s\n", (unsigned long long)i, strerrorname_np(errno));
            return 1;
        }
        if (!is_record(series, i, n))
            return 1;
    }
    return 0;
}

static int read_tail(int fd, const struct series *series, uint64_t first)
{
    uint64_t i = first;
    ssize_t n;

    while ((n = read(fd, actual, sizeof actual)) > 0) {
        if (!is_record(series, i, n))
            return 1;
        i++;
    }
    printf("%llu %s\n", (unsigned long long)(i - first), n == 0 ? "end" : strerrorname_np(errno));
    return 0;
}

static int survey(int fd, const struct series *series, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        struct mtop seek = {.mt_op = MTSEEK, .mt_count = (int)i};
        size_t length = make_record(series, i);
        ssize_t n = -1;

        if (ioctl(fd, MTIOCTOP, &seek) == 0)
            n = read(fd, actual, sizeof actual);
        putchar(n < 0 ? 'E' : n == (ssize_t)length && memcmp(expected, actual, length) == 0 ? '.' : 'W');
    }
    putchar('\n');
    return 0;
}

static int fill(int fd, const struct series *series, uint64_t first, int refused_max)
{
    uint64_t i = first;
    int refused = 0, reason = 0;

    while (refused < refused_max) {
        size_t length = make_record(series, i);
        ssize_t n = write(fd, expected, length);

        if (n == (ssize_t)length) {
            i++;
            refused = 0;
        } else {
            refused++;
            reason = n < 0 ? errno : 0;
        }
    }
    printf("%llu %s\n", (unsigned long long)(i - first), reason != 0 ? strerrorname_np(reason) : "short");
    return 0;
}

/* One line of the journal: on stable storage when this returns. */
static int note(int journal, uint64_t count)
{
    char line[32];
    int length = snprintf(line, sizeof line, "%llu\n", (unsigned long long)count);

    if (write(journal, line, (size_t)length) != length || fsync(journal) < 0) {
        fprintf(stderr, "tapetool: journal: %s\n", strerrorname_np(errno));
        return -1;
    }
    return 0;
}

static int journal_records(int fd, const struct series *series, uint64_t every, const char *path)
{
    struct mtop synchronize = {.mt_op = MTWEOF, .mt_count = 0};
    int journal = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    uint64_t state = series->seed, i = 0, due = 0;

    if (journal < 0) {
        fprintf(stderr, "tapetool: %s: %s\n", path, strerrorname_np(errno));
        return 1;
    }
    for (;;) {
        size_t length = make_record(series, i);

        if (write(fd, expected, length) != (ssize_t)length)
            break;
        if (++i < due)
            continue;
        if (ioctl(fd, MTIOCTOP, &synchronize) < 0)
            break;
        if (note(journal, i) < 0)
            return 1;
        due = i + 1 + mix(&state) % every;
    }
    printf("%llu %s\n", (unsigned long long)i, strerrorname_np(errno));
    return close(journal) == 0 ? 0 : 1;
}

static int generate(const struct series *series, uint64_t first, uint64_t count)
{
    for (uint64_t i = first; i < first + count; i++) {
        size_t length = make_record(series, i);

        if (fwrite(expected, 1, length, stdout) != length)
            return 1;
    }
    return fflush(stdout) == 0 ? 0 : 1;
}

static int compare(const struct series *series, uint64_t first)
{
    uint64_t i = first;

    for (;; i++) {
        size_t length = make_record(series, i);
        size_t n = fread(actual, 1, length, stdin);

        if (n == 0 && feof(stdin))
            break;
        if (n != length || memcmp(expected, actual, length) != 0) {
            fprintf(stderr, "tapetool: record %llu differs\n", (unsigned long long)i);
            return 1;
        }
    }
    printf("%llu\n", (unsigned long long)(i - first));
    return 0;
}

static int read_one(int fd, size_t length, const char *file)
{
    ssize_t n;

    if (length > sizeof actual) {
        fprintf(stderr, "tapetool: a read has at most %d bytes\n", RECORD_LENGTH_BYTES_MAX);
        return 2;
    }
    n = read(fd, actual, length);
    if (n < 0) {
        printf("%s\n", strerrorname_np(errno));
        return 0;
    }
    printf("%zd\n", n);
    if (file != NULL) {
        FILE *out = fopen(file, "wb");

        if (out == NULL || fwrite(actual, 1, (size_t)n, out) != (size_t)n || fclose(out) != 0) {
            fprintf(stderr, "tapetool: %s: %s\n", file, strerrorname_np(errno));
            return 1;
        }
    }
    return 0;
}

static int find(const char *path, const struct series *series, uint64_t number)
{
    int fd = open_device(path, O_RDONLY);
    size_t length = make_record(series, number);
    struct stat status;
    unsigned char *bytes, *at;

    if (fstat(fd, &status) < 0 || status.st_size == 0)
        return 1;
    bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED) {
        fprintf(stderr, "tapetool: %s: %s\n", path, strerrorname_np(errno));
        return 1;
    }
    at = memmem(bytes, (size_t)status.st_size, expected, length);
    if (at == NULL)
        return 1;
    printf("%td\n", at - bytes);
    return 0;
}

static int flip(const char *path, uint64_t offset, uint64_t bit)
{
    int fd = open_device(path, O_RDWR);
    unsigned char byte;

    if (bit > 7 || pread(fd, &byte, 1, (off_t)offset) != 1) {
        fprintf(stderr, "tapetool: %s has no bit %llu at %llu\n", path, (unsigned long long)bit,
                (unsigned long long)offset);
        return 1;
    }
    byte ^= (unsigned char)(1U << bit);
    if (pwrite(fd, &byte, 1, (off_t)offset) != 1 || fsync(fd) < 0) {
        fprintf(stderr, "tapetool: %s: %s\n", path, strerrorname_np(errno));
        return 1;
    }
    return close_device(fd);
}

static int element_type(const char *name)
{
    if (strcmp(name, "st") == 0)
        return CHET_ST;
    if (strcmp(name, "ie") == 0)
        return CHET_IE;
    if (strcmp(name, "dt") == 0)
        return CHET_DT;
    fprintf(stderr, "tapetool: no such element type: %s\n", name);
    exit(2);
}

static int move(int fd, char **argv)
{
    struct changer_move request = {
        .cm_fromtype = element_type(argv[0]),
        .cm_fromunit = (int)parse_number(argv[1]),
        .cm_totype = element_type(argv[2]),
        .cm_tounit = (int)parse_number(argv[3]),
    };

    puts(ioctl(fd, CHIOMOVE, &request) == 0 ? "ok" : strerrorname_np(errno));
    return 0;
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    struct series series;
    int fd, result;

    if (strcmp(verb, "write") == 0 && argc == 8) {
        series = parse_series(&argv[3], &argv[6]);
        fd = open_device(argv[2], O_WRONLY);
        result = write_records(fd, &series, parse_number(argv[4]), parse_number(argv[5]));
        return close_device(fd) | result;
    }
    if (strcmp(verb, "verify") == 0 && argc == 8) {
        series = parse_series(&argv[3], &argv[6]);
        fd = open_device(argv[2], O_RDONLY);
        return verify_records(fd, &series, parse_number(argv[4]), parse_number(argv[5]));
    }
    if (strcmp(verb, "tail") == 0 && argc == 7) {
        series = parse_series(&argv[3], &argv[5]);
        fd = open_device(argv[2], O_RDONLY);
        return read_tail(fd, &series, parse_number(argv[4]));
    }
    if (strcmp(verb, "survey") == 0 && argc == 7) {
        series = parse_series(&argv[3], &argv[5]);
        fd = open_device(argv[2], O_RDONLY);
        return survey(fd, &series, parse_number(argv[4]));
    }
    if ((strcmp(verb, "fill") == 0 || strcmp(verb, "cram") == 0) && argc == 7) {
        series = parse_series(&argv[3], &argv[5]);
        fd = open_device(argv[2], O_WRONLY);
        result = fill(fd, &series, parse_number(argv[4]), *verb == 'f' ? 1 : 3);
        /* What close reports is part of the outcome: the filemark may not fit either. */
        if (close(fd) < 0)
            printf("close %s\n", strerrorname_np(errno));
        return result;
    }
    if (strcmp(verb, "journal") == 0 && argc == 8) {
        series = parse_series(&argv[3], &argv[4]);
        fd = open_device(argv[2], O_WRONLY);
        result = journal_records(fd, &series, parse_number(argv[6]), argv[7]);
        (void)close(fd);
        return result;
    }
    if (strcmp(verb, "generate") == 0 && argc == 7) {
        series = parse_series(&argv[2], &argv[5]);
        return generate(&series, parse_number(argv[3]), parse_number(argv[4]));
    }
    if (strcmp(verb, "compare") == 0 && argc == 6) {
        series = parse_series(&argv[2], &argv[4]);
        return compare(&series, parse_number(argv[3]));
    }
    if (strcmp(verb, "read") == 0 && (argc == 4 || argc == 5)) {
        fd = open_device(argv[2], O_RDONLY);
        return read_one(fd, (size_t)parse_number(argv[3]), argc == 5 ? argv[4] : NULL);
    }
    if (strcmp(verb, "find") == 0 && argc == 7) {
        series = parse_series(&argv[3], &argv[5]);
        return find(argv[2], &series, parse_number(argv[4]));
    }
    if (strcmp(verb, "flip") == 0 && argc == 5)
        return flip(argv[2], parse_number(argv[3]), parse_number(argv[4]));
    if (strcmp(verb, "move") == 0 && argc == 7) {
        fd = open_device(argv[2], O_RDWR);
        return move(fd, argv + 3);
    }
    fprintf(stderr, "tapetool: wrong usage: see the head of tapetool.c\n");
    return 2;
}
