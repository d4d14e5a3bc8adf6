# ATA and NVMe disks, and one behind a RAID controller, on the distribution's own kernel: read by smartctl, and without it by their
# own commands; a bad sector, and an NVMe disk that says it is failing.
. "$CAPSTAN_GUEST/disks.sh"

SMARTCTL=/usr/sbin/smartctl
NONE=/usr/sbin/there-is-no-smartctl
ATA=ST4000DM000-1F2168_QATA0001
BAD=QEMU_HARDDISK_QATA0002
NVME=QEMU_NVMe_Ctrl_QNVME0001
RAID=QEMU_QEMU_HARDDISK_QRAID0001
BAD_SECTOR=2048

monitor() { # monitor COMMAND: of QEMU's
    local i
    echo "$1" >"$CAPSTAN_OUT/monitor.new"
    mv "$CAPSTAN_OUT/monitor.new" "$CAPSTAN_OUT/monitor.request"
    for i in $(seq 1 100); do
        [ -f "$CAPSTAN_OUT/monitor.request" ] || return 0
        sleep 0.1
    done
    return 1
}

device_of() { # device_of SERIAL: of an ATA disk
    local disk
    for disk in /sys/block/sd*; do
        grep -qa "$1" "$disk/device/vpd_pg80" && echo "/dev/${disk##*/}"
    done
}

# The slot that the kernel has at the address of an NVMe controller.
pci_slot() { # pci_slot CONTROLLER
    local slot address
    address=$(cat "/sys/class/nvme/$1/address")
    for slot in /sys/bus/pci/slots/*; do
        [ "$(cat "$slot/address")" != "${address%.*}" ] || echo "${slot##*/}"
    done
}

# /dev/bus/N of the RAID controller, as smartctl names it.
raid_bus() {
    local host
    for host in /sys/class/scsi_host/host*; do
        [ "$(cat "$host/proc_name")" = megaraid_sas ] && echo "/dev/bus/${host##*/host}"
    done
}

read_as_they_are() { # read_as_they_are HOW
    check "$1: the ATA disk is seen" await_disk "$ATA" '.disk.presence == "answering"'
    is "$1: what it is" "$(disk "$ATA" '.disk | "\(.diskClass) \(.maker) \(.model) \(.firmware) \(.serial) \(.worldWideName) \(.capacityBytes)"')" \
        "ata-hdd ST ST4000DM000-1F2168 CC54 QATA0001 5000c500a1b2c3d4 67108864"
    like "$1: where it is" "$(disk "$ATA" .disk.slot)" '^port ata[0-9]+$'
    is "$1: what lies on it" "$(disk "$ATA" '.disk.directories | join(" ")')" "$DIRECTORY"
    is "$1: its counters and temperature" \
        "$(disk "$ATA" '"\(.counters["ata.5.raw"]) \(.counters["ata.12.raw"]) \(.disk.temperature) \(.disk.powerOnHours)"')" "0 0 31 1"
    is "$1: it is judged by the learned model" "$(disk "$ATA" .disk.basis)" learned-model
    is "$1: it is well" "$(disk "$ATA" '.disk.evidence | length')" 0
    is "$1: the other is flash" "$(disk "$BAD" '.disk.diskClass')" ata-ssd
    is "$1: the NVMe disk" "$(disk "$NVME" '.disk | "\(.presence) \(.diskClass) \(.serial) \(.worldWideName) \(.temperature) \(.capacityBytes)"')" \
        "answering nvme QNVME0001 5254000000000001 50 67108864"
    is "$1: where it is" "$(disk "$NVME" .disk.slot)" "PCI slot $(pci_slot nvme0)"
    is "$1: its health log" "$(disk "$NVME" '"\(.counters["nvme.critical_warning"]) \(.counters["nvme.media_errors"])"')" "0 0"
    is "$1: it is judged by priors and rules" "$(disk "$NVME" .disk.basis)" priors-and-rules
}

nvme_fails() { # nvme_fails HOW
    check "$1: NVMe reliability is degraded" monitor 'qom-set /machine/peripheral/nvme smart_critical_warning 4'
    check "$1: which is evidence" await_disk "$NVME" '.disk.evidence == ["NVMe critical warning"]'
    like "$1: people are told" "$(alarms_of "$NVME")" 'NVMe critical warning'
    check "$1: it is well again" monitor 'qom-set /machine/peripheral/nvme smart_critical_warning 0'
    check "$1: so nothing speaks against it" await_disk "$NVME" '.disk.evidence == []'
    is "$1: and no alarm is left" "$(alarms_of "$NVME")" ""
}

check "a file system on the ATA disk" mke2fs -q -t ext4 "$(device_of QATA0001)"
mkdir -p "$DIRECTORY"
check "it is mounted" mount "$(device_of QATA0001)" "$DIRECTORY"

check "the daemon starts" disks_start "$SMARTCTL" "devices: [{device: $(raid_bus), type: 'megaraid,0'}]" ||
    bail "nothing can be tried without it"
read_as_they_are smartctl
is "the disk behind the controller" "$(disk "$RAID" '.disk | "\(.presence) \(.diskClass) \(.serial)"')" "answering sas QRAID0001"
is "those are all" "$(disk_ids)" "$BAD $NVME $RAID $ATA"
nvme_fails smartctl
check "the daemon ends" daemon_stop

check "the daemon starts without smartctl" disks_start "$NONE"
read_as_they_are direct
is "they are the same disks" "$(disk_ids)" "$BAD $NVME $RAID $ATA"
for id in "$ATA" "$BAD" "$NVME"; do
    is "$id was never missed" "$(disk "$id" '[.events[].kind] | join(" ")')" "observed"
done
nvme_fails direct

check_fails "a sector cannot be read" dd if="$(device_of QATA0002)" of=/dev/null bs=512 skip=$BAD_SECTOR count=1 iflag=direct
check "the kernel's errors are counted" await_disk "$BAD" '.counters["kernel.io_errors"] > 0'
like "people are told" "$(alarms_of "$BAD")" 'I/O errors seen by the kernel: [1-9]'
check "the daemon ends" daemon_stop
done_testing
