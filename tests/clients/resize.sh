# Elements and drives that come and go while the library is used: a backup that runs meanwhile must not notice.
. "$CAPSTAN_GUEST/lib.sh"

appliance_use

# Writes in the background until it is told to end; its exit status is what a backup would have noticed.
write_start() { # write_start NST_DEVICE
    rm -f "$work/enough"
    (
        while [ ! -e "$work/enough" ]; do
            dd if=/dev/zero bs=64k count=16 2>/dev/null
            sleep 0.1
        done | dd of="$1" bs=64k iflag=fullblock 2>"$work/dd"
        echo "$?" >"$work/dd-status"
    ) &
    writer=$!
    sleep 1
}

write_ends_well() { # write_ends_well NAME
    sleep 1
    check "it is writing still" kill -0 "$writer"
    : >"$work/enough"
    wait "$writer"
    is "$1" "$(cat "$work/dd-status")" 0
    like "all of it is written" "$(cat "$work/dd")" "^[1-9][0-9]*\+0 records out"
}

slots=$(slot_count)
mapfile -t full < <(mtx -f "$CHANGER" status | sed -n 's/^ *Storage Element \([0-9]*\):Full.*/\1/p')
scratch_tape "${full[0]}" 0

note "a drive more"
write_start "$T"
check "add a drive" capstan library add-drive lib0 --personality ibm-ult3580-td9
write_ends_well "a backup that runs does not notice"
DRIVES=5
check "the kernel has a device for it" wait_for_devices 5
like "it is what was asked for" "$(lsscsi "$(lsscsi -g | grep "${TAPE_SG[4]}\$" | sed 's/\[\(.*\)\].*/\1/')")" "ULT3580-TD9"
expect_sense "the changer tells hosts that there is another logical unit" 6 3f 0e "$CHANGER" 00 00 00 00 00 00
settle "$CHANGER" "${TAPE_SG[@]}"
like "mtx sees five drives" "$(mtx -f "$CHANGER" status)" "5 Drives"
check "load it" mtx -f "$CHANGER" load "${full[1]}" 4
check "it becomes ready" wait_ready "${TAPE[4]}"
check "write with it" tar -b 64 -cf "${TAPE[4]}" /etc/passwd
check "rewind" mt-st -f "${TAPE[4]}" rewind
check "read it back" tar -b 64 -tf "${TAPE[4]}"
check_fails "it cannot go while it is loaded" capstan library remove-drive lib0 4
like "the reason is said" "$output" "holds cartridge"
check "unload it" mtx -f "$CHANGER" unload "${full[1]}" 4

note "and one less"
check_fails "only the last one can go" capstan library remove-drive lib0 1
mt-st -f "${TAPE[0]}" rewind
write_start "${TAPE[0]}"
check "remove the drive" capstan library remove-drive lib0 4
write_ends_well "a backup that runs does not notice"
settle "$CHANGER"
DRIVES=4
find_devices
is "its device is gone" "${#TAPE[@]}" 4
like "mtx sees four drives" "$(mtx -f "$CHANGER" status)" "4 Drives"
check "unload the other one" mtx -f "$CHANGER" unload "${full[0]}" 0

note "slots"
check "five slots more" capstan library resize lib0 --storage $((slots - 4 + 5))
expect_sense "hosts are told" 6 2a 01 "$CHANGER" 00 00 00 00 00 00
is "mtx sees them" "$(slot_count)" $((slots + 5))
last=$((slots - 4 + 5))
check "move a cartridge there" mtx -f "$CHANGER" transfer "${full[0]}" "$last"
check_fails "a slot with a cartridge stays" capstan library resize lib0 --storage $((slots - 4))
like "the reason is said" "$output" "holds cartridge"
check_fails "there are not addresses for everything" capstan library resize lib0 --import-export 600

note "after a restart"
daemon_stop
check "it starts" appliance_start
is "the slots are there" "$(slot_count)" $((slots + 5))
is "with what was in them" "$(barcode_in_slot "$last" | grep -c .)" 1
check "move it home" mtx -f "$CHANGER" transfer "$last" "${full[0]}"
check "as many slots as before" capstan library resize lib0 --storage $((slots - 4))
settle "$CHANGER"
is "mtx sees that" "$(slot_count)" "$slots"
done_testing
