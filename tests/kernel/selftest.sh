# The harness itself, without the product: kernel modules, devices of scsi_debug, configfs, results.
. "$CAPSTAN_GUEST/lib.sh"

for module in target_core_mod target_core_user tcm_loop st ch sg; do
    check "module $module is loaded" grep -qw "^$module" /proc/modules
done
check "modprobe finds further modules" modprobe dm-flakey

C=/sys/kernel/config/target
check "the directory of persistent reservations is the one target_core_mod uses" test "$(cat $C/dbroot)" = /etc/target
check "it exists" test -d /etc/target/pr

backstore=$C/core/user_1/selftest
check "a TCMU backstore is made" mkdir -p "$backstore"
printf 'dev_config=selftest/0,dev_size=1048576,hw_block_size=512,nl_reply_supported=-1' >"$backstore/control"
echo 1 >"$backstore/enable"
is "it is enabled" "$(cat "$backstore/enable")" 1
is "its ring has a uio device" "$(cat /sys/class/uio/uio0/name)" tcm-user/1/selftest/selftest/0
check "the ring's device node is there" test -c /dev/uio0
check "the backstore goes" rmdir "$backstore" "$C/core/user_1"

check "a tape of scsi_debug comes" modprobe scsi_debug ptype=1
for _ in 1 2 3 4 5 6 7 8 9 10; do
    find_devices
    [ ${#TAPE[@]} = 0 ] || break
    sleep 0.2
done
is "lsscsi shows it" "${#TAPE[@]}" 1
check "st has bound to it" test -c "${TAPE[0]:-none}"
check "sg_inq sees a tape" sg_inq "${TAPE_SG[0]:-none}"
like "sg_inq names the device type" "$output" 'Device_type=1|PDT=1'
settle "${TAPE_SG[0]:-none}"
expect_sense "an unknown command gets its sense" 5 20 0 "${TAPE_SG[0]:-none}" ff 00 00 00 00 00
expect_sense "a known command gets none" 0 0 0 "${TAPE_SG[0]:-none}" 00 00 00 00 00 00

is "the test program runs" "$(tapetool generate 1 0 3 1 100 | tapetool compare 1 0 1 100)" 3
check "the guest's root can be written" touch /etc/written-by-the-guest
is "the checkout is there" "$(head -n 1 "$CAPSTAN_GUEST/lib.sh")" "# Functions for guest scripts. A script starts with"
check_fails "and cannot be written" touch "$CAPSTAN_CHECKOUT/written-by-the-guest"
check "the JDK runs" java -version
like "it is the one the build uses" "$output" 'version "2[5-9]'
if [ -n "${CAPSTAN_DISK:-}" ]; then
    check "the disk can be written" dd if=/dev/zero of="$CAPSTAN_DISK/file" bs=64k count=4
fi
note "ready after boot: $(cut -d' ' -f1 /proc/uptime) s"
done_testing
