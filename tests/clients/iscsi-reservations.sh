# Two initiators on one drive: what one of them reserves, the other meets; each hears of it once. Follows iscsi-attach.
. "$CAPSTAN_GUEST/lib.sh"

second_initiator() {
    iscsiadm -m iface -I second -o new &&
        iscsiadm -m iface -I second -o update -n iface.initiatorname -v "$INITIATOR.second" &&
        iscsiadm -m node -T "$TARGET_OPEN" -p "$PORTAL" -I second -o new &&
        iscsiadm -m node -T "$TARGET_OPEN" -p "$PORTAL" -I second --login &&
        wait_for_devices 8
}

persist() { # persist SG_DEVICE OPTION...
    local device=$1
    shift
    sg_persist --no-inquiry "$@" "$device"
}

conflict() { # conflict NAME SG_DEVICE CDB_BYTE...
    local name=$1
    shift
    sg_raw "$@" >"$work/conflict" 2>&1
    like "$name" "$(cat "$work/conflict")" '[Rr]eservation [Cc]onflict'
}

wait_for_devices 4 || bail "the devices that iscsi-attach left"
check "a second initiator logs in" second_initiator
is "it has a session of its own" "$(capstan iscsi sessions --json | grep -c '"initiator"')" 2
A=${TAPE_SG[1]} B=${TAPE_SG[5]}
settle "$A" "$B"
is "both see the same drive" "$(sg_vpd --page=0x80 "$B")" "$(sg_vpd --page=0x80 "$A")"

note "PERSISTENT RESERVE"
check "the first registers" persist "$A" --out --register --param-sark=0xa1
check "the second registers" persist "$B" --out --register --param-sark=0xb2
check "both keys are there" persist "$B" --in --read-keys
like "the first one's" "$output" '0xa1'
like "the second one's" "$output" '0xb2'
check "the first reserves" persist "$A" --out --reserve --param-rk=0xa1 --prout-type=3
expect_sense "it may rewind, where a cartridge would be" 2 3a 00 "$A" 01 00 00 00 00 00
conflict "the second may not" "$B" 01 00 00 00 00 00
expect_sense "but ask whether it is ready" 2 3a 00 "$B" 00 00 00 00 00 00
check "the full status" persist "$A" --in --read-full-status
like "names the first initiator" "$output" "$INITIATOR,i,0x"
like "and the second" "$output" "$INITIATOR.second,i,0x"
check_fails "a wrong key preempts nothing" persist "$B" --out --preempt --param-rk=0xb3 --param-sark=0xa1 --prout-type=3
check "the second preempts and aborts" \
    persist "$B" --out --preempt-abort --param-rk=0xb2 --param-sark=0xa1 --prout-type=3
expect_sense "the first is told" 6 2a 05 "$A" 01 00 00 00 00 00
conflict "once; now it may not" "$A" 01 00 00 00 00 00
expect_sense "the second may, and is told nothing" 2 3a 00 "$B" 01 00 00 00 00 00
check "the second clears" persist "$B" --out --clear --param-rk=0xb2
expect_sense "the first may again" 2 3a 00 "$A" 01 00 00 00 00 00

note "RESERVE(6)"
expect_sense "the first reserves" 0 0 0 "$A" 16 00 00 00 00 00
conflict "the second is not even told whether the drive is ready" "$B" 00 00 00 00 00 00
conflict "and does not release it" "$B" 01 00 00 00 00 00
expect_sense "the first releases" 0 0 0 "$A" 17 00 00 00 00 00
expect_sense "the second may" 2 3a 00 "$B" 01 00 00 00 00 00

note "mode parameters are everybody's: who did not set them is told"
printf '\000\000\020\010\000\000\000\000\000\000\002\000' >"$work/fixed"
printf '\000\000\020\010\000\000\000\000\000\000\000\000' >"$work/variable"
expect_sense "the first sets the block length" 0 0 0 -s 12 -i "$work/fixed" "$A" 15 10 00 00 0c 00
expect_sense "the second is told" 6 2a 01 "$B" 00 00 00 00 00 00
expect_sense "the first is not" 2 3a 00 "$A" 00 00 00 00 00 00
expect_sense "the first sets it back" 0 0 0 -s 12 -i "$work/variable" "$A" 15 10 00 00 0c 00

check "the second initiator logs out" iscsiadm -m node -T "$TARGET_OPEN" -I second --logout
done_testing
