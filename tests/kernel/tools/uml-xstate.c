/*
 * Preloaded into linux.uml: lets User-Mode Linux run on processors whose extended register state is larger than it knows.
 *
 * UML keeps the floating point state of a guest thread in a buffer of fixed size and hands that to PTRACE_SETREGSET. The
 * host takes NT_X86_XSTATE only in full length and answers EFAULT to anything shorter, so on a processor with AMX (11008
 * bytes) no guest process ever starts. Here a short state is completed with what the thread has beyond it. The parts that
 * are not switched between guest threads are those the guest never uses: tile configuration and tile data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

#define XSTATE_LENGTH_BYTES_MAX 65536
#define XSTATE_BV_OFFSET 512
#define XSTATE_BV_TILE ((1ULL << 17) | (1ULL << 18))

static long (*real_ptrace)(int, pid_t, void *, void *);

static long set_completed(pid_t pid, const struct iovec *part)
{
    static char whole[XSTATE_LENGTH_BYTES_MAX] __attribute__((aligned(64)));
    struct iovec iov = {.iov_base = whole, .iov_len = sizeof whole};
    uint64_t before, after;

    if (real_ptrace(PTRACE_GETREGSET, pid, (void *)NT_X86_XSTATE, &iov) < 0)
        return -1;
    if (part->iov_len < XSTATE_BV_OFFSET + sizeof before || part->iov_len >= iov.iov_len) {
        errno = EFAULT;
        return -1;
    }
    memcpy(&before, whole + XSTATE_BV_OFFSET, sizeof before);
    memcpy(whole, part->iov_base, part->iov_len);
    memcpy(&after, whole + XSTATE_BV_OFFSET, sizeof after);
    after = (after & ~XSTATE_BV_TILE) | (before & XSTATE_BV_TILE);
    memcpy(whole + XSTATE_BV_OFFSET, &after, sizeof after);
    return real_ptrace(PTRACE_SETREGSET, pid, (void *)NT_X86_XSTATE, &iov);
}

long ptrace(enum __ptrace_request request, ...)
{
    va_list arguments;
    pid_t pid;
    void *addr, *data;
    long result;

    va_start(arguments, request);
    pid = va_arg(arguments, pid_t);
    addr = va_arg(arguments, void *);
    data = va_arg(arguments, void *);
    va_end(arguments);
    if (real_ptrace == NULL)
        real_ptrace = (long (*)(int, pid_t, void *, void *))dlsym(RTLD_NEXT, "ptrace");
    result = real_ptrace((int)request, pid, addr, data);
    if (result < 0 && errno == EFAULT && request == PTRACE_SETREGSET && (intptr_t)addr == NT_X86_XSTATE)
        result = set_completed(pid, data);
    return result;
}
