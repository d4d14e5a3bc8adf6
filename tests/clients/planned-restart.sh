# A planned restart: the daemon is asked to leave its devices, hosts' commands wait meanwhile and none of them fails, and
# the next daemon serves the same devices, drives still loaded.
. "$CAPSTAN_GUEST/lib.sh"

devices() {
    lsscsi -g
}

appliance_fresh
scratch_tape 1 0
barcode=$(barcode_in_drive 0)
check "100 records and a filemark" tapetool write "$T" 61 0 100 1 100000
devices_before=$(devices)
pid=$(daemon_pid)

check "the daemon is asked to end and to keep its devices" capstan node stop --keep-devices
check "it ends" daemon_gone "$pid"
is "every device is still there, under its old name" "$(devices)" "$devices_before"
like "target_core_user holds commands back" "$(cat /sys/kernel/config/target/core/user_*/*/action/block_dev)" '^1'

# Waits in the kernel until there is a daemon again.
sg_inq "$CHANGER" >"$work/inquiry" 2>&1 &
waiting=$!
sleep 1
check "a command waits" kill -0 "$waiting"
check "the next daemon starts" appliance_start
check "the command that waited was executed" wait "$waiting"
like "and got its answer" "$(cat "$work/inquiry")" "medium changer|STK"
is "the devices are the same" "$(devices)" "$devices_before"
unlike "no command holds on" "$(cat /sys/kernel/config/target/core/user_*/*/action/block_dev)" '^1'
is "the cartridge is still in the drive" "$(barcode_in_drive 0)" "$barcode"
check "the drive is ready" wait_ready "$T"
check "rewind" mt-st -f "$T" rewind
check "everything is there" tapetool verify "$T" 61 0 100 1 100000
done_testing
