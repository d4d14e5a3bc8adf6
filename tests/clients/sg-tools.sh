# Programs that ask for everything a device knows: none may fail, and what they show must be a tape drive's.
. "$CAPSTAN_GUEST/lib.sh"

appliance_use
scratch_tape 6 0
check "data on the tape" tapetool write "$T" 31 0 20 1000 100000
settle "$G" "$CHANGER"

note "drive"
check "tapeinfo" tapeinfo -f "$G"
tapeinfo=$output
like "product type" "$tapeinfo" "^Product Type: Tape Drive"
like "vendor" "$tapeinfo" "^Vendor ID: 'IBM     '"
like "product" "$tapeinfo" "^Product ID: 'ULT3580-TD[89]"
like "ready" "$tapeinfo" "^Ready: yes"
like "serial number" "$tapeinfo" "^SerialNumber: '"
like "block limits" "$tapeinfo" "^MinBlock: ?1$"
like "position" "$tapeinfo" "^Block Position: 21$"
unlike "no command failed" "$tapeinfo" "Request Sense|failed"
check "sg_inq" sg_inq "$G"
like "sg_inq: a removable tape" "$output" "RMB=1"
check "sg_inq -e -p 0x83" sg_inq -p di "$G"
check "sg_vpd -a" sg_vpd -a "$G"
like "sg_vpd: serial number page" "$output" "Unit serial number"
like "sg_vpd: designators" "$output" "naa|NAA"
check "sg_vpd lists the supported pages" sg_vpd "$G"
for page in $(sg_raw -r 256 -o "$work/vpd00" "$G" 12 01 00 00 ff 00 >/dev/null 2>&1; od -An -v -tx1 -j 4 "$work/vpd00" | tr -d '\n'); do
    check "VPD page $page" sg_vpd --page="0x$page" -H "$G"
done
check "sg_modes -a" sg_modes -a "$G"
like "sg_modes: data compression page" "$output" "Data Compression|0xf"
check "sg_modes -a -6" sg_modes -a -6 "$G"
for control in 0 1 2; do
    check "sg_modes, page control $control" sg_modes -a -c $control "$G"
done
check "sg_logs -a" sg_logs -a "$G"
check "sg_logs lists the supported pages" sg_logs "$G"
for page in $(sg_raw -r 256 -o "$work/log00" "$G" 4d 00 40 00 00 00 00 01 00 00 >/dev/null 2>&1; od -An -v -tx1 -j 4 "$work/log00" | tr -d '\n'); do
    check "log page $page" sg_logs --page="0x$page" "$G"
done
check "TapeAlert says nothing is wrong" sg_logs --page=0x2e "$G"
unlike "no flag is set" "$output" ": 1$"
check "sg_opcodes" sg_opcodes "$G"
like "sg_opcodes: the tape commands are there" "$output" "[Ww]rite filemarks"
check "sg_opcodes with timeouts" sg_opcodes --rctd "$G"
check "sg_turs" sg_turs "$G"
check "sg_requests" sg_requests "$G"
check "sg_read_block_limits" sg_read_block_limits "$G"
check "sg_luns" sg_luns "$G"
check "sg_map" sg_map -i -st
check "sg_prevent" sg_prevent "$G"
check "sg_prevent --allow" sg_prevent --allow "$G"
check "sg_rmsn" sg_rmsn "$G"
check "sg_persist" sg_persist -k "$G"

note "changer"
check "loaderinfo" loaderinfo -f "$CHANGER"
loaderinfo=$output
like "product type" "$loaderinfo" "^Product Type: Medium Changer"
like "bar code reader" "$loaderinfo" "^Bar Code Reader: Yes"
like "number of drives" "$loaderinfo" "^Number of Data Transfer Elements: 4$"
like "number of transports" "$loaderinfo" "^Number of Medium Transport Elements: 1$"
check "tapeinfo of the changer" tapeinfo -f "$CHANGER"
check "sg_inq of the changer" sg_inq "$CHANGER"
check "sg_vpd -a of the changer" sg_vpd -a "$CHANGER"
check "sg_modes -a of the changer" sg_modes -a "$CHANGER"
check "sg_logs -a of the changer" sg_logs -a "$CHANGER"
check "sg_opcodes of the changer" sg_opcodes "$CHANGER"
like "sg_opcodes: the changer commands are there" "$output" "[Mm]ove medium"
check "sg_turs of the changer" sg_turs "$CHANGER"
check "sg_luns of the changer" sg_luns "$CHANGER"

note "malformed commands get the sense of the standard"
expect_sense "unknown operation code" 5 20 00 "$G" c5 00 00 00 00 00 00 00 00 00
expect_sense "INQUIRY: unknown VPD page" 5 24 00 -r 255 "$G" 12 01 fe 00 ff 00
expect_sense "INQUIRY: page code without EVPD" 5 24 00 -r 255 "$G" 12 00 80 00 ff 00
expect_sense "MODE SENSE: unknown page" 5 24 00 -r 255 "$G" 1a 00 3d 00 ff 00
expect_sense "LOG SENSE: unknown page" 5 24 00 -r 255 "$G" 4d 00 5f 00 00 00 00 00 ff 00
expect_sense "READ: FIXED and SILI" 5 24 00 -r 512 "$G" 08 03 00 00 01 00
expect_sense "READ POSITION: unknown form" 5 24 00 -r 64 "$G" 34 1f 00 00 00 00 00 00 00 00
expect_sense "LOCATE: reserved destination" 5 24 00 "$G" 92 28 00 00 00 00 00 00 00 00 00 00 00 00 00 00
expect_sense "SPACE: reserved code" 5 24 00 "$G" 11 07 00 00 01 00
is "the tape has not moved" "$(tell "$T")" 21
done_testing
