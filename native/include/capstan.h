/*
 * libcapstan: user space's side of one TCMU ring; and, at the end, commands
 * that ask a disk how it is.
 *
 * The kernel (target_core_user) shares a mailbox, a command ring and a data
 * area with user space through /dev/uioN. This library opens and maps that
 * memory, waits for commands, copies a batch of them into flat descriptors,
 * writes the responses and wakes the kernel. It interprets no SCSI command:
 * the caller does.
 *
 *      caller                        libcapstan              kernel
 *      ------                        ----------              ------
 *      capstan_ring_open      ->     open, mmap, check
 *   +- capstan_ring_wait      ->     poll               <-   cmd_head, event
 *   |  capstan_ring_drain     ->     copy entries
 *   |  ... execute, data in place through map + iov.offset_bytes ...
 *   |  capstan_ring_complete  ->     response, cmd_tail
 *   +- capstan_ring_kick      ->     write              ->   finish commands
 *      capstan_ring_close     ->     munmap, close
 *
 * Contract, for every function:
 *
 *  - It returns 0, or a count or bits where said, or -errno. Nothing else
 *    reports an error; the thread's errno is not part of the interface.
 *  - It starts no thread, never calls back, has no variable of its own and
 *    keeps no pointer it was given. What must survive between calls lives in
 *    the caller's struct capstan_ring.
 *  - One thread at a time uses one ring. Different rings are independent.
 *    capstan_event_signal() may be called by any thread at any time.
 *  - Only capstan_ring_wait() and the disk commands block (and opening, if the
 *    kernel makes it).
 *  - The contents of the ring are not trusted. Whatever they are, nothing
 *    outside the map is touched, and nothing in the data area is.
 *
 * Every structure is naturally aligned, has no padding left to the compiler
 * and a size that is a multiple of 8. Integers are in the machine's own byte
 * order; CDB and sense bytes are in the order of the wire. The numbers in the
 * margin are byte offsets, asserted when the library is built; a foreign
 * binding asserts its own copy with capstan_layout().
 *
 * The kernel's side: Documentation/target/tcmu-design.rst,
 * include/uapi/linux/target_core_user.h.
 */
#ifndef CAPSTAN_H
#define CAPSTAN_H

#include <stdint.h>

#define CAPSTAN_API __attribute__((visibility("default")))

/* Changes with every incompatible change of this file. */
#define CAPSTAN_ABI_VERSION 1

/*
 * Enough for 1 MiB, the most that tcm_loop transfers, in single pages that lie
 * apart, and for 8 MiB in pieces of 32 KiB (data_pages_per_blk=8).
 */
#define CAPSTAN_IOV_MAX 256

/* 7Fh CDBs: 8 bytes and an additional CDB length of one byte make 263. */
#define CAPSTAN_CDB_MAX 264

/* Aborted commands that one task management entry names. */
#define CAPSTAN_ABORTED_MAX 128

/* The most sense data the kernel takes (TCMU_SENSE_BUFFERSIZE). */
#define CAPSTAN_SENSE_MAX 96

/*
 * One mapped ring. The caller owns the memory; capstan_ring_open() or
 * capstan_ring_attach() fills it in, the other functions keep it up to date,
 * and the caller only reads it. Positions are byte offsets in the command ring.
 *
 *      answer_position      drain_position       cmd_head (kernel)
 *            |--- drained, to be completed ---|--- to be drained ---|
 */
struct capstan_ring {
	uint8_t *map;                       /*  0 mailbox, command ring, data area */
	uint64_t map_length_bytes;          /*  8 */
	uint32_t command_ring_offset_bytes; /* 16 from map */
	uint32_t command_ring_length_bytes; /* 20 the data area begins where it ends */
	uint32_t drain_position;            /* 24 next entry to hand out */
	uint32_t answer_position;           /* 28 oldest entry without a response: cmd_tail */
	int32_t uio_fd;                     /* 32 -1 when there is none */
	uint32_t mailbox_flags;             /* 36 TCMU_MAILBOX_FLAG_CAP_... */
};                                          /* 40 */

/* A piece of a command's Data-In or Data-Out Buffer, inside the data area. */
struct capstan_iov {
	uint64_t offset_bytes; /* 0 from map */
	uint64_t length_bytes; /* 8 not 0 */
};                             /* 16 */

enum capstan_kind {
	CAPSTAN_KIND_COMMAND = 1,
	CAPSTAN_KIND_TASK_MANAGEMENT = 2, /* a notification: it wants no status */
};

/*
 * Why a command cannot be executed. Its entry is sound enough to be answered,
 * and has to be.
 */
enum capstan_fault {
	CAPSTAN_FAULT_NONE = 0,
	/* A response was begun by a process that died: the request is gone. */
	CAPSTAN_FAULT_HALF_ANSWERED = 1,
	/* The CDB does not lie within its entry, behind the request. */
	CAPSTAN_FAULT_CDB = 2,
	/* The entry is too short for its number of iovecs. */
	CAPSTAN_FAULT_IOV_COUNT = 3,
	/* An iovec leaves the data area, or all together exceed it. */
	CAPSTAN_FAULT_IOV_RANGE = 4,
	/* More than CAPSTAN_IOV_MAX pieces, after joining adjacent ones. */
	CAPSTAN_FAULT_IOV_LIMIT = 5,
	/* Bidirectional data or protection information. */
	CAPSTAN_FAULT_DATA_KIND = 6,
	/* More aborted commands than the entry or aborted_command_ids hold. */
	CAPSTAN_FAULT_ABORTED = 7,
};

/*
 * One drained entry. The first four fields of 32 bits and command_id are valid
 * in any case, and capstan_ring_complete() needs them unchanged. With a fault
 * the lengths and counts below are 0, except that cdb_length_bytes says whether
 * the CDB could still be read; task_management is valid all the same. Array
 * elements past their count are not written.
 *
 * data_length_bytes is the transport's buffer, which need not be what the CDB
 * says: compare them. The ring does not tell the direction of the transfer;
 * the CDB does.
 */
struct capstan_command {
	uint32_t kind;                /*  0 enum capstan_kind */
	uint32_t fault;               /*  4 enum capstan_fault */
	uint32_t ring_position;       /*  8 of the entry */
	uint32_t entry_length_bytes;  /* 12 */
	uint64_t data_length_bytes;   /* 16 sum of the iovecs */
	uint16_t command_id;          /* 24 unique only among commands in the ring; 0 for task management */
	uint16_t cdb_length_bytes;    /* 26 from the CDB's group code; 7Fh: from its byte 7 */
	uint32_t iov_count;           /* 28 */
	uint32_t task_management;     /* 32 TCMU_TMR_...: 1 abort task, 5 LUN reset, ... */
	uint32_t aborted_count;       /* 36 */
	uint8_t cdb[CAPSTAN_CDB_MAX]; /* 40 zeros after cdb_length_bytes */
	uint16_t aborted_command_ids[CAPSTAN_ABORTED_MAX]; /* 304 */
	struct capstan_iov iov[CAPSTAN_IOV_MAX];           /* 560 */
};                                                         /* 4656 */

/* What capstan_ring_wait() saw. */
enum capstan_wake {
	CAPSTAN_WAKE_RING = 1,  /* drain; there may turn out to be nothing */
	CAPSTAN_WAKE_EVENT = 2, /* the event was signalled, and is now consumed */
	CAPSTAN_WAKE_GONE = 4,  /* the kernel removed the device: close the ring */
};

/* Facts of this file that a foreign binding must agree with. */
enum capstan_layout_item {
	CAPSTAN_LAYOUT_RING_SIZE = 0,
	CAPSTAN_LAYOUT_RING_MAP = 1,
	CAPSTAN_LAYOUT_RING_MAP_LENGTH_BYTES = 2,
	CAPSTAN_LAYOUT_RING_COMMAND_RING_OFFSET_BYTES = 3,
	CAPSTAN_LAYOUT_RING_COMMAND_RING_LENGTH_BYTES = 4,
	CAPSTAN_LAYOUT_RING_DRAIN_POSITION = 5,
	CAPSTAN_LAYOUT_RING_ANSWER_POSITION = 6,
	CAPSTAN_LAYOUT_RING_UIO_FD = 7,
	CAPSTAN_LAYOUT_RING_MAILBOX_FLAGS = 8,
	CAPSTAN_LAYOUT_COMMAND_SIZE = 9,
	CAPSTAN_LAYOUT_COMMAND_KIND = 10,
	CAPSTAN_LAYOUT_COMMAND_FAULT = 11,
	CAPSTAN_LAYOUT_COMMAND_RING_POSITION = 12,
	CAPSTAN_LAYOUT_COMMAND_ENTRY_LENGTH_BYTES = 13,
	CAPSTAN_LAYOUT_COMMAND_DATA_LENGTH_BYTES = 14,
	CAPSTAN_LAYOUT_COMMAND_COMMAND_ID = 15,
	CAPSTAN_LAYOUT_COMMAND_CDB_LENGTH_BYTES = 16,
	CAPSTAN_LAYOUT_COMMAND_IOV_COUNT = 17,
	CAPSTAN_LAYOUT_COMMAND_TASK_MANAGEMENT = 18,
	CAPSTAN_LAYOUT_COMMAND_ABORTED_COUNT = 19,
	CAPSTAN_LAYOUT_COMMAND_CDB = 20,
	CAPSTAN_LAYOUT_COMMAND_ABORTED_COMMAND_IDS = 21,
	CAPSTAN_LAYOUT_COMMAND_IOV = 22,
	CAPSTAN_LAYOUT_IOV_SIZE = 23,
	CAPSTAN_LAYOUT_IOV_OFFSET_BYTES = 24,
	CAPSTAN_LAYOUT_IOV_LENGTH_BYTES = 25,
	CAPSTAN_LAYOUT_IOV_MAX = 26,
	CAPSTAN_LAYOUT_CDB_MAX = 27,
	CAPSTAN_LAYOUT_ABORTED_MAX = 28,
	CAPSTAN_LAYOUT_SENSE_MAX = 29,
	CAPSTAN_LAYOUT_ITEM_COUNT = 30, /* not an item: how many there are */
};

/* Returns the CAPSTAN_ABI_VERSION this library was built with. */
CAPSTAN_API int capstan_abi(void);

/*
 * Returns one fact of the layout: a size, an offset or a maximum.
 *
 * -EINVAL: no such item.
 */
CAPSTAN_API int capstan_layout(uint32_t item);

/*
 * Opens a uio device, maps it and attaches to its ring as
 * capstan_ring_attach() does. The device can be opened once at a time.
 *
 * path: "/dev/uioN", borrowed until return.
 * map_length_bytes: exactly what /sys/class/uio/uioN/maps/map0/size says.
 *
 * On failure nothing stays open, and the ring is as capstan_ring_close()
 * leaves it.
 *
 * -EBUSY: another process has it. Any errno of open(2), mmap(2); those of
 * capstan_ring_attach().
 */
CAPSTAN_API int capstan_ring_open(struct capstan_ring *ring, const char *path,
				  uint64_t map_length_bytes);

/*
 * Fills in a ring for memory that is already mapped, and takes up the position
 * where the kernel's mailbox stands. For a ring of one's own in plain memory,
 * and again on an open ring (with its own map, length and uio_fd) after the
 * kernel has reset it. Descriptors drained before are void then.
 *
 * map: aligned to 64 bytes; stays in use, and the caller's, until
 * capstan_ring_close() or until the caller forgets the ring.
 * uio_fd: -1 for none; non-blocking. Not closed on failure.
 *
 * -EINVAL: null or misaligned map, or one too short for a mailbox.
 * -EPROTONOSUPPORT: not a mailbox of version 2.
 * -EOPNOTSUPP: the kernel lacks out-of-order completion, read length or task
 * management notifications.
 * -EPROTO: the ring does not lie within the map, or its positions do not lie
 * within the ring.
 * With any of these the ring is as it was.
 */
CAPSTAN_API int capstan_ring_attach(struct capstan_ring *ring, void *map,
				    uint64_t map_length_bytes, int uio_fd);

/*
 * Unmaps and closes what capstan_ring_open() opened. Unanswered entries stay in
 * the ring for whoever opens it next. Closing twice does nothing. Not for
 * a ring in the caller's own memory.
 */
CAPSTAN_API int capstan_ring_close(struct capstan_ring *ring);

/*
 * Waits until there is something to drain, the event is signalled, the device
 * goes away or time is up.
 *
 * Returns enum capstan_wake bits; 0 when time is up. A ring that holds undrained
 * entries makes it return CAPSTAN_WAKE_RING at once, without a system call and
 * without a look at the event or the device: an owner that must hear others
 * while the ring never runs empty looks at its own queue every round.
 *
 * event_fd: from capstan_event_open(); -1 for none.
 * timeout_millis: 0 does not wait, -1 waits for ever.
 * spin_count: looks at the ring so many times, a processor pause apart, before
 * it sleeps; 0 for none.
 *
 * -EBADF: a descriptor is not open. Any other errno of poll(2), read(2).
 */
CAPSTAN_API int capstan_ring_wait(const struct capstan_ring *ring, int event_fd,
				  int timeout_millis, uint32_t spin_count);

/*
 * Copies entries from the ring into descriptors, oldest first, and returns how
 * many: 0 when there are none, capacity when there may be more. Each of them is
 * to be completed, in this order. Padding is skipped; an entry of a kind that
 * is not known is marked so for the kernel, which then fails that command.
 *
 * commands: room for capacity descriptors, written up to the returned count.
 * capacity: 1 to INT32_MAX.
 *
 * -EPROTO: the ring is corrupt at drain_position: an entry is misaligned, too
 * short for a response, or reaches over the end of the ring or over cmd_head,
 * or cmd_head is nowhere it can be. What was drained before can be completed;
 * then the ring has to be reset (configfs, action/reset_ring) and attached to
 * again.
 * -ESTALE: cmd_tail is not where this ring left it: the kernel has reset the
 * ring and answered everything itself. Attach again.
 * -EINVAL: capacity.
 */
CAPSTAN_API int capstan_ring_drain(struct capstan_ring *ring,
				   struct capstan_command *commands,
				   uint32_t capacity);

/*
 * Answers the oldest drained command, and hands its entry back to the kernel,
 * which looks at it after the next capstan_ring_kick(). A task management
 * notification is handed back in the same way with all of the answer 0.
 *
 * command: as drained, borrowed until return.
 * status: SAM status.
 * data_in_length_bytes: bytes of the Data-In Buffer to transfer, at most
 * data_length_bytes; 0 for data-out, for no data, and for CHECK CONDITION with
 * no data. The kernel cannot express GOOD with a data-in of 0 bytes: it then
 * transfers the whole buffer, stale bytes and all, so the caller fills that
 * with zeros first. Neither has it a residual for data-out.
 * sense: sense_length_bytes of sense data, borrowed until return; may be null
 * if that is 0. Unused sense bytes become 0.
 *
 * -EINVAL: not the oldest drained command, or lengths that are too long.
 * -EPROTO, -ESTALE: as for capstan_ring_drain().
 * With any of these, nothing has been written.
 */
CAPSTAN_API int capstan_ring_complete(struct capstan_ring *ring,
				      const struct capstan_command *command,
				      uint8_t status, uint32_t data_in_length_bytes,
				      const void *sense, uint32_t sense_length_bytes);

/*
 * Returns how many bytes of the ring hold entries without a response, drained
 * or not: from answer_position, which is cmd_tail, to the kernel's cmd_head.
 * 0 once everything has been answered.
 *
 * -EPROTO, -ESTALE: as for capstan_ring_drain().
 */
CAPSTAN_API int capstan_ring_pending(const struct capstan_ring *ring);

/*
 * Answers every entry without a response, drained or not, with one status and
 * sense, and returns how many commands that were. Of an entry only the header
 * is read, which a response does not overlay, so this is right for entries
 * that a process left behind when it died: they may have been executed, or be
 * half answered, and must not be executed now. Answer those with CHECK
 * CONDITION, UNIT ATTENTION, 29h/00h, then kick.
 *
 * status, sense, sense_length_bytes: as for capstan_ring_complete(). Not GOOD.
 *
 * -EPROTO: the ring is corrupt at answer_position; entries before it have been
 * answered.
 * -EINVAL, -ESTALE: as for capstan_ring_complete().
 */
CAPSTAN_API int capstan_ring_refuse(struct capstan_ring *ring, uint8_t status,
				    const void *sense, uint32_t sense_length_bytes);

/*
 * Makes the kernel look at the responses. Once for a batch is enough.
 *
 * -ENODEV: the kernel has removed the device. -EBADF: there is no uio_fd. Any
 * other errno of write(2).
 */
CAPSTAN_API int capstan_ring_kick(const struct capstan_ring *ring);

/*
 * Opens an event with which one thread wakes another from capstan_ring_wait().
 * Returns its descriptor, or any errno of eventfd(2).
 */
CAPSTAN_API int capstan_event_open(void);

/*
 * Signals an event. Signals that nobody has waited for yet are one signal.
 *
 * Any errno of write(2).
 */
CAPSTAN_API int capstan_event_signal(int event_fd);

/* Closes an event that nobody waits for any more. Any errno of close(2). */
CAPSTAN_API int capstan_event_close(int event_fd);

/* CDBs that a disk is sent: ATA PASS-THROUGH (16) is the longest. */
#define CAPSTAN_DISK_CDB_MAX 16

/* Descriptor format sense data with an ATA Status Return descriptor fits. */
#define CAPSTAN_DISK_SENSE_LENGTH 32

/*
 * Opens a disk to be asked how it is; nothing is written to it.
 *
 * Returns its descriptor, or any errno of open(2).
 */
CAPSTAN_API int capstan_disk_open(const char *path);

/* Any errno of close(2). */
CAPSTAN_API int capstan_disk_close(int fd);

/*
 * Sends a SCSI command that transfers data from the disk, or none, and waits
 * for its end, timeout_millis at most.
 *
 * data has room for length_bytes, sense for CAPSTAN_DISK_SENSE_LENGTH. Returns
 * the status in bits 0 to 7, the host's in 8 to 15, the driver's in 16 to 22:
 * 0 is GOOD, and data is full then. Sense data that there is none of is 0.
 *
 * -EINVAL: no CDB, or one that is too long. -ENODATA: GOOD with less data than
 * asked for. Any other errno of the SG_IO ioctl: -ENOTTY where it is no SCSI
 * device, -EPERM without CAP_SYS_RAWIO.
 */
CAPSTAN_API int capstan_disk_scsi(int fd, const void *cdb, uint32_t cdb_length_bytes, void *data,
				  uint32_t length_bytes, void *sense, uint32_t timeout_millis);

/*
 * Sends Get Log Page (02h) or Identify (06h) to an NVMe controller. Returns the
 * status field of the completion, 0 for success.
 *
 * -EINVAL: any other opcode. Any other errno of NVME_IOCTL_ADMIN_CMD: -ENOTTY
 * where it is no NVMe device.
 */
CAPSTAN_API int capstan_disk_nvme(int fd, uint8_t opcode, uint32_t namespace_id, uint32_t cdw10,
				  void *data, uint32_t length_bytes, uint32_t timeout_millis);

#endif
