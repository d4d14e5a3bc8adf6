# A SCSI disk says by itself that it is about to fail, gives errors, and is sent to sleep: read by smartctl, and without it by
# its own commands. The kernel's scsi_debug is the disk.
. "$CAPSTAN_GUEST/disks.sh"

SMARTCTL=/usr/sbin/smartctl
NONE=/usr/sbin/there-is-no-smartctl
DISK=SEAGATE_ST1200MM0098_2000
BAD_SECTOR=4660 # of scsi_debug's medium errors

check "the kernel has a SCSI disk" modprobe -a sd_mod sg
check "of the kernel's making" modprobe scsi_debug dev_size_mb=16 inq_vendor=SEAGATE inq_product=ST1200MM0098 inq_rev=N004
for i in $(seq 1 50); do
    DEVICE=$(lsscsi | awk '/ST1200MM0098/ { print $NF }')
    [ -b "${DEVICE:-none}" ] && break
    sleep 0.1
done
check "it has a device" test -b "$DEVICE"

# Byte 2 of the informational exceptions page: TEST has the disk predict a failure.
predict_failure() { # predict_failure 00|04
    sg_wr_mode --page=0x1c --contents="1c,0a,$1,00,00,00,00,00,00,00,00,00" "$DEVICE"
}

read_as_it_is() { # read_as_it_is HOW
    check "$1: it is seen" await_disk "$DISK" '.disk.presence == "answering"'
    is "$1: what it is" "$(disk "$DISK" '.disk | "\(.diskClass) \(.maker) \(.model) \(.firmware) \(.serial) \(.capacityBytes)"')" \
        "sas ST SEAGATE ST1200MM0098 N004 2000 16777216"
    like "$1: its name in the world" "$(disk "$DISK" .disk.worldWideName)" '^3[0-9a-f]{15}$'
    like "$1: its temperature" "$(disk "$DISK" .disk.temperature)" '^(38|40)$'
    is "$1: it is well" "$(disk "$DISK" '.disk.evidence | length')" 0
    is "$1: by what it is judged" "$(disk "$DISK" .disk.basis)" priors-and-rules
}

foretells() { # foretells HOW
    local before
    before=$(disk "$DISK" '.disk.probabilities[0].value')
    check "$1: it predicts its failure" predict_failure 04
    check "$1: which is evidence" await_disk "$DISK" '.disk.evidence | length == 1'
    is "$1: namely" "$(disk "$DISK" '.disk.evidence[0]')" "SMART status says the disk is failing"
    is "$1: that makes it likely to fail" \
        "$(disk "$DISK" ".disk.probabilities[0].value > 10 * $before")" true
    like "$1: people are told" "$(alarms_of "$DISK")" 'SMART status says the disk is failing'
    check "$1: it takes it back" predict_failure 00
    check "$1: and so does the daemon" await_disk "$DISK" '.disk.evidence | length == 0'
    is "$1: no alarm is left" "$(alarms_of "$DISK")" ""
}

check "the daemon starts" disks_start "$SMARTCTL"
read_as_it_is smartctl
wwn=$(disk "$DISK" .disk.worldWideName)
foretells smartctl
check "the daemon ends" daemon_stop

check "the daemon starts without smartctl" disks_start "$NONE"
read_as_it_is direct
is "it is the same disk" "$(disk_ids)" "$DISK"
is "of the same name in the world" "$(disk "$DISK" .disk.worldWideName)" "$wwn"
is "and was never missed" "$(disk "$DISK" '[.events[].kind] | join(" ")')" "observed"
foretells direct

check "it has medium errors" sh -c 'echo 2 >/sys/bus/pseudo/drivers/scsi_debug/opts'
check_fails "reading fails" dd if="$DEVICE" of=/dev/null bs=512 skip=$BAD_SECTOR count=1 iflag=direct
check "it has none any more" sh -c 'echo 0 >/sys/bus/pseudo/drivers/scsi_debug/opts'
check "the kernel's errors are counted" await_disk "$DISK" '.counters["kernel.io_errors"] > 0'
like "people are told" "$(alarms_of "$DISK")" 'I/O errors seen by the kernel: [1-9]'

check "it is sent to sleep" sg_start --stop "$DEVICE"
check "and left to" await_disk "$DISK" '.disk.presence == "asleep"'
check "it is woken" sg_start --start "$DEVICE"
check "and read again" await_disk "$DISK" '.disk.presence == "answering"'

check "it is pulled out" sh -c "echo 1 >/sys/block/${DEVICE#/dev/}/device/delete"
check "it is missed" await_disk "$DISK" '.disk.presence == "missing"'
like "people are told" "$(alarms_of "$DISK")" 'is not there any more'
check "it was taken out in health" capstan disk forget "$DISK"
is "and is missed no more" "$(alarms_of "$DISK")" ""
check "the daemon ends" daemon_stop
done_testing
