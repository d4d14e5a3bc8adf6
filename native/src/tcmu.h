/*
 * The kernel's layout of mailbox and entries, from its own header, and what
 * this library relies on in it.
 */
#ifndef CAPSTAN_TCMU_H
#define CAPSTAN_TCMU_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* target_core_user.h brings a second struct iovec unless told that it is there. */
#ifndef __LINUX_UIO_H
#define __LINUX_UIO_H
#endif
#include <linux/target_core_user.h>

/*
 * A bit of uflags that the kernel does not look at. It is set before the first
 * byte of a response, because the response overlays the request: who finds it
 * in an entry without an answer knows that there is no request any more. The
 * kernel clears it when it uses the bytes for a new entry.
 */
#define TCMU_UFLAG_HALF_ANSWERED 0x80

/* Where the fixed part of a request ends and its iovecs begin. */
#define TCMU_IOV_OFFSET offsetof(struct tcmu_cmd_entry, req.iov)

static_assert(offsetof(struct tcmu_mailbox, version) == 0, "mailbox.version");
static_assert(offsetof(struct tcmu_mailbox, flags) == 2, "mailbox.flags");
static_assert(offsetof(struct tcmu_mailbox, cmdr_off) == 4, "mailbox.cmdr_off");
static_assert(offsetof(struct tcmu_mailbox, cmdr_size) == 8, "mailbox.cmdr_size");
static_assert(offsetof(struct tcmu_mailbox, cmd_head) == 12, "mailbox.cmd_head");
static_assert(offsetof(struct tcmu_mailbox, cmd_tail) == 64, "mailbox.cmd_tail");
static_assert(sizeof(struct tcmu_mailbox) == 128, "mailbox");

static_assert(offsetof(struct tcmu_cmd_entry, hdr.len_op) == 0, "len_op");
static_assert(offsetof(struct tcmu_cmd_entry, hdr.cmd_id) == 4, "cmd_id");
static_assert(offsetof(struct tcmu_cmd_entry, hdr.kflags) == 6, "kflags");
static_assert(offsetof(struct tcmu_cmd_entry, hdr.uflags) == 7, "uflags");
static_assert(sizeof(struct tcmu_cmd_entry_hdr) == 8, "entry header");
static_assert(offsetof(struct tcmu_cmd_entry, req.iov_cnt) == 8, "iov_cnt");
static_assert(offsetof(struct tcmu_cmd_entry, req.iov_bidi_cnt) == 12, "iov_bidi_cnt");
static_assert(offsetof(struct tcmu_cmd_entry, req.iov_dif_cnt) == 16, "iov_dif_cnt");
static_assert(offsetof(struct tcmu_cmd_entry, req.cdb_off) == 24, "cdb_off");
static_assert(TCMU_IOV_OFFSET == 48, "iov");
static_assert(sizeof(struct iovec) == 16, "iovec");
static_assert(offsetof(struct tcmu_cmd_entry, rsp.scsi_status) == 8, "scsi_status");
static_assert(offsetof(struct tcmu_cmd_entry, rsp.read_len) == 12, "read_len");
static_assert(offsetof(struct tcmu_cmd_entry, rsp.sense_buffer) == 16, "sense_buffer");
static_assert(sizeof(struct tcmu_cmd_entry) == 112, "entry");

static_assert(offsetof(struct tcmu_tmr_entry, tmr_type) == 8, "tmr_type");
static_assert(offsetof(struct tcmu_tmr_entry, cmd_cnt) == 12, "cmd_cnt");
static_assert(offsetof(struct tcmu_tmr_entry, cmd_ids) == 32, "cmd_ids");
static_assert(sizeof(struct tcmu_tmr_entry) == 32, "task management entry");

#endif
