/* What the kernel is asked to send to a disk, and what becomes of its answer; the ioctl is ours. */
#include <errno.h>
#include <linux/nvme_ioctl.h>
#include <scsi/sg.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>

#include "capstan.h"
#include "check.h"

enum { FD = 77 };

static struct {
	int calls;
	int result;
	int error;
	unsigned char status;
	unsigned short host_status;
	unsigned short driver_status;
	int residual;
	struct sg_io_hdr sg;
	unsigned char cdb[16];
	struct nvme_admin_cmd nvme;
} kernel;

/* In place of the C library's, for the shared library too. */
__attribute__((visibility("default"))) int ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;
	void *argument;

	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	CHECK_EQ(fd, FD);
	kernel.calls++;
	if (request == SG_IO) {
		struct sg_io_hdr *io = argument;

		kernel.sg = *io;
		memcpy(kernel.cdb, io->cmdp, io->cmd_len);
		io->status = kernel.status;
		io->host_status = kernel.host_status;
		io->driver_status = kernel.driver_status;
		io->resid = kernel.residual;
		if (io->dxfer_len > 0)
			memset(io->dxferp, 0xd5, io->dxfer_len);
		if (kernel.status != 0)
			memset(io->sbp, 0x72, io->mx_sb_len);
	} else {
		CHECK_EQ(request, NVME_IOCTL_ADMIN_CMD);
		kernel.nvme = *(struct nvme_admin_cmd *)argument;
		memset((void *)(uintptr_t)kernel.nvme.addr, 0xd5, kernel.nvme.data_len);
	}
	errno = kernel.error;
	return kernel.result;
}

static unsigned char data[512];
static unsigned char sense[CAPSTAN_DISK_SENSE_LENGTH];
static const unsigned char cdb[16] = { 0x85, 8, 0x0e, 0, 0xd0, 15 };

static void reset(void)
{
	memset(&kernel, 0, sizeof(kernel));
	memset(data, 0, sizeof(data));
	memset(sense, 0xee, sizeof(sense));
}

static void scsi_reads(void)
{
	reset();
	CHECK_EQ(capstan_disk_scsi(FD, cdb, sizeof(cdb), data, sizeof(data), sense, 7000), 0);
	CHECK_EQ(kernel.sg.interface_id, 'S');
	CHECK_EQ(kernel.sg.dxfer_direction, SG_DXFER_FROM_DEV);
	CHECK_EQ(kernel.sg.dxfer_len, sizeof(data));
	CHECK_EQ(kernel.sg.timeout, 7000);
	CHECK_EQ(kernel.sg.cmd_len, 16);
	CHECK_BYTES(kernel.cdb, cdb, sizeof(cdb));
	CHECK_EQ(data[511], 0xd5);
	CHECK_EQ(sense[0], 0);
}

static void scsi_without_data(void)
{
	reset();
	kernel.status = 2;
	kernel.driver_status = 8;
	CHECK_EQ(capstan_disk_scsi(FD, cdb, sizeof(cdb), data, 0, sense, 1), 0x080002);
	CHECK_EQ(kernel.sg.dxfer_direction, SG_DXFER_NONE);
	CHECK_EQ(sense[31], 0x72);
}

static void scsi_faults(void)
{
	reset();
	kernel.host_status = 3;
	CHECK_EQ(capstan_disk_scsi(FD, cdb, sizeof(cdb), data, 512, sense, 1), 0x0300);
	reset();
	kernel.residual = 12;
	CHECK_EQ(capstan_disk_scsi(FD, cdb, sizeof(cdb), data, 512, sense, 1), -ENODATA);
	reset();
	kernel.result = -1;
	kernel.error = ENOTTY;
	CHECK_EQ(capstan_disk_scsi(FD, cdb, sizeof(cdb), data, 512, sense, 1), -ENOTTY);
	reset();
	CHECK_EQ(capstan_disk_scsi(FD, cdb, 0, data, 512, sense, 1), -EINVAL);
	CHECK_EQ(capstan_disk_scsi(FD, cdb, 17, data, 512, sense, 1), -EINVAL);
	CHECK_EQ(kernel.calls, 0);
}

static void nvme_reads(void)
{
	reset();
	CHECK_EQ(capstan_disk_nvme(FD, 0x02, 0xffffffff, 0x007f0002, data, 512, 9000), 0);
	CHECK_EQ(kernel.nvme.opcode, 0x02);
	CHECK_EQ(kernel.nvme.nsid, 0xffffffff);
	CHECK_EQ(kernel.nvme.cdw10, 0x007f0002);
	CHECK_EQ(kernel.nvme.data_len, 512);
	CHECK_EQ(kernel.nvme.timeout_ms, 9000);
	CHECK_EQ(data[0], 0xd5);
	kernel.result = 0x4002;
	CHECK_EQ(capstan_disk_nvme(FD, 0x06, 1, 0, data, 512, 1), 0x4002);
}

static void nvme_changes_nothing(void)
{
	reset();
	/* Format NVM, and Security Send, are none of those that read. */
	CHECK_EQ(capstan_disk_nvme(FD, 0x80, 1, 0, data, 512, 1), -EINVAL);
	CHECK_EQ(capstan_disk_nvme(FD, 0x81, 1, 0, data, 512, 1), -EINVAL);
	CHECK_EQ(kernel.calls, 0);
	kernel.result = -1;
	kernel.error = ENOTTY;
	CHECK_EQ(capstan_disk_nvme(FD, 0x06, 1, 0, data, 512, 1), -ENOTTY);
}

static void opening(void)
{
	int fd = capstan_disk_open("/dev/null");

	CHECK(fd >= 0);
	CHECK_EQ(capstan_disk_close(fd), 0);
	CHECK_EQ(capstan_disk_close(fd), -EBADF);
	CHECK_EQ(capstan_disk_open("/dev/none77"), -ENOENT);
}

int main(void)
{
	RUN(scsi_reads);
	RUN(scsi_without_data);
	RUN(scsi_faults);
	RUN(nvme_reads);
	RUN(nvme_changes_nothing);
	RUN(opening);
	return 0;
}
