/* Reading from a disk past the file system: SCSI and NVMe commands that change nothing. */
#include <errno.h>
#include <fcntl.h>
#include <linux/nvme_ioctl.h>
#include <scsi/sg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "capstan.h"

#define NVME_GET_LOG_PAGE 0x02
#define NVME_IDENTIFY 0x06

int capstan_disk_open(const char *path)
{
	/* Without O_NONBLOCK, a drive with removable media would wait for some. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int capstan_disk_close(int fd)
{
	return close(fd) < 0 && errno != EINTR ? -errno : 0;
}

int capstan_disk_scsi(int fd, const void *cdb, uint32_t cdb_length_bytes, void *data,
		      uint32_t length_bytes, void *sense, uint32_t timeout_millis)
{
	unsigned char command[CAPSTAN_DISK_CDB_MAX];
	struct sg_io_hdr io = { .interface_id = 'S' };

	if (cdb_length_bytes == 0 || cdb_length_bytes > sizeof(command))
		return -EINVAL;
	memcpy(command, cdb, cdb_length_bytes);
	memset(sense, 0, CAPSTAN_DISK_SENSE_LENGTH);
	io.cmdp = command;
	io.cmd_len = (unsigned char)cdb_length_bytes;
	io.dxfer_direction = length_bytes > 0 ? SG_DXFER_FROM_DEV : SG_DXFER_NONE;
	io.dxferp = data;
	io.dxfer_len = length_bytes;
	io.sbp = sense;
	io.mx_sb_len = CAPSTAN_DISK_SENSE_LENGTH;
	io.timeout = timeout_millis;
	if (ioctl(fd, SG_IO, &io) < 0)
		return -errno;
	if (io.status == 0 && io.host_status == 0 && io.resid > 0)
		return -ENODATA;
	return io.status | (io.host_status & 0xff) << 8 | (io.driver_status & 0x7f) << 16;
}

int capstan_disk_nvme(int fd, uint8_t opcode, uint32_t namespace_id, uint32_t cdw10, void *data,
		      uint32_t length_bytes, uint32_t timeout_millis)
{
	struct nvme_admin_cmd command = {
		.opcode = opcode,
		.nsid = namespace_id,
		.addr = (uint64_t)(uintptr_t)data,
		.data_len = length_bytes,
		.cdw10 = cdw10,
		.timeout_ms = timeout_millis,
	};
	int status;

	if (opcode != NVME_GET_LOG_PAGE && opcode != NVME_IDENTIFY)
		return -EINVAL;
	status = ioctl(fd, NVME_IOCTL_ADMIN_CMD, &command);
	return status < 0 ? -errno : status;
}
