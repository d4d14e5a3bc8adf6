# Devices and their names: one changer, four drives, the same after the daemon ended in order and after it was killed.
. "$CAPSTAN_GUEST/lib.sh"

# Host numbers are given by the kernel in the order of arrival; everything else must stay.
names() {
    lsscsi -g | sed 's/^\[[^]]*\] *//'
}

pages() {
    local device
    # An STK L700 has no device identification page.
    echo "$CHANGER"
    sg_vpd --page=0x80 "$CHANGER" || return 1
    for device in "${TAPE_SG[@]}"; do
        echo "$device"
        sg_vpd --page=0x80 "$device" || return 1
        sg_vpd --page=0x83 "$device" || return 1
    done
}

appliance_fresh
lsscsi -g
is "lsscsi shows one changer" "$(lsscsi | grep -c mediumx)" 1
is "lsscsi shows four tape drives" "$(lsscsi | grep -c ' tape ')" 4
is "and nothing else" "$(lsscsi | wc -l)" 5
for i in 0 1 2 3; do
    check "/dev/st$i and /dev/nst$i are there" test -c "/dev/st$i" -a -c "/dev/nst$i"
done
check "/dev/sch0 is there" test -c /dev/sch0
check "serial numbers and identifiers can be read" pages
names_before=$(names)
pages_before=$output
is "every device has a serial number of its own" \
    "$(for d in "$CHANGER" "${TAPE_SG[@]}"; do sg_vpd --page=0x80 "$d" | sed -n 's/.*serial number: //p'; done | sort -u | wc -l)" 5

check "the daemon ends in order" daemon_stop
check "it starts again" appliance_start
is "the names are the same" "$(names)" "$names_before"
is "the identifiers are the same" "$(pages)" "$pages_before"

check "the daemon is killed" daemon_kill
check "it starts again" appliance_start
is "the names are the same after a kill" "$(names)" "$names_before"
is "the identifiers are the same after a kill" "$(pages)" "$pages_before"
is "still five devices" "$(lsscsi | wc -l)" 5

# READ ELEMENT STATUS with DVCID: what the changer says about its drives is what the drives say about themselves.
drive_serials=$(for d in "${TAPE_SG[@]}"; do sg_vpd --page=0x80 "$d" | sed -n 's/.*serial number: //p'; done)
sg_raw -r 4096 -o "$work/elements" "$CHANGER" b8 04 00 00 ff ff 01 00 10 00 00 00 >/dev/null 2>&1
for serial in $drive_serials; do
    check "the changer knows drive $serial" grep -aq "$serial" "$work/elements"
done
done_testing
