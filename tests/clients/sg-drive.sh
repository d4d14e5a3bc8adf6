# sg3_utils and tapestat on a drive, beyond what sg-tools.sh asks: cartridge memory, clock, self-tests, resets, statistics.
. "$CAPSTAN_GUEST/lib.sh"

appliance_use
scratch_tape 6 0
barcode=$(barcode_in_drive 0)
check "data on the tape" tapetool write "$T" 33 0 8 1000 262144
settle "$G" "$CHANGER"

note "cartridge memory"
check "sg_read_attr" sg_read_attr "$G"
like "it knows its barcode" "$output" "$barcode"
like "it is of a known density" "$output" "[Dd]ensity"
check "sg_read_attr: list" sg_read_attr --sa=1 "$G"
check "sg_read_attr: volumes" sg_read_attr --sa=2 "$G"
check "sg_read_attr: partitions" sg_read_attr --sa=3 "$G"
check "sg_read_attr: supported" sg_read_attr --sa=5 "$G"
check "sg_rmsn" sg_rmsn "$G"
like "the medium's serial number" "$output" "$barcode"

note "the device clock"
check "sg_timestamp" sg_timestamp "$G"
check "sg_timestamp --milliseconds sets it" sg_timestamp --milliseconds=1000000000000 "$G"
check "sg_timestamp reads it" sg_timestamp "$G"
like "it is what was set" "$output" "^ *0*10000000000[0-9]{2}$|1000000[0-9]{6}"

note "identification"
check "sg_ident" sg_ident "$G"
printf 'rack 7' > "$work/ident"
check "sg_ident --set" sh -c "sg_ident --set $G < $work/ident"
check "sg_ident reads it" sg_ident --ascii "$G"
like "identifying information" "$output" "rack 7"
check "sg_rtpg" sg_rtpg --decode "$G"
like "sg_rtpg: active" "$output" "active/optimized"

note "pages"
check "sg_modes -aa: with subpages" sg_modes -a -a "$G"
check "sg_logs -A: with subpages" sg_logs -A "$G"
for page in 2 3 6 0xc 0x11 0x12 0x14 0x16 0x17 0x1a 0x1b 0x2e 0x30 0x31 0x32; do
    check "sg_logs --page=$page" sg_logs --page=$page "$G"
done
check "log page 17h" sg_logs --page=0x17 "$G"
like "volume statistics are valid" "$output" "Page valid: 1"
like "volume barcode" "$output" "Volume barcode: $barcode"
check "sg_opcodes: one with a service action" sg_opcodes --opcode=0xa3,0xf "$G"
check "sg_vpd: SCSI ports" sg_vpd --page=sp "$G"
check "sg_vpd: mode page policy" sg_vpd --page=mpp "$G"

note "self-tests and dumps"
check "sg_senddiag -t: default self-test" sg_senddiag --test "$G"
check "sg_senddiag -l: diagnostic pages" sg_senddiag --list "$G"
printf '\200\000\000\004\001\140\000\000' >"$work/force"
check "SEND DIAGNOSTIC forces a dump" sg_raw -s 8 -i "$work/force" "$G" 1d 10 00 00 08 00
check "sg_read_buffer: the dump's descriptor" sg_read_buffer --mode=desc --id=1 "$G"
check "READ BUFFER" sg_raw -r 64 -o "$work/dump" "$G" 3c 02 01 00 00 00 00 00 40 00
like "the dump is the drive's" "$(cat "$work/dump")" "^Capstan drive dump"

note "TapeAlert flags set for a test, and seen"
printf '\000\000\020\000\034\012\004\000\000\000\000\000\000\000\000\024' >"$work/flag20"
check "MODE SELECT sets flag 20" sg_raw -s 16 -i "$work/flag20" "$G" 15 10 00 00 10 00
check "sg_logs: TapeAlert" sg_logs --page=0x2e "$G"
like "cleaning is required" "$output" "Cleaning required: 1"
check "sg_logs: TapeAlert, again" sg_logs --page=0x2e "$G"
unlike "reading cleared it" "$output" ": 1$"

note "resets"
check "sg_reset --device" sg_reset --device "$G"
settle "$G"
check "sg_turs after the reset" sg_turs "$G"
# After a reset st refuses to read until the tape is rewound, for the position may be lost. Older kernels notice the reset
# with the first record they read only.
check "mt rewind" mt -f "$T" rewind
tapetool verify "$T" 33 0 8 1000 262144 || note "st wants the tape rewound again"
check "mt rewind, again" mt -f "$T" rewind
check "the tape can still be read" tapetool verify "$T" 33 0 8 1000 262144

note "a cleaning cartridge"
check "the tape goes home" mtx -f "$CHANGER" unload 6 0
check "capstan cartridge create CLN001CU" capstan cartridge create CLN001CU --library lib0
slot=$(slot_of CLN001CU)
check "mtx load" mtx -f "$CHANGER" load "$slot" 0
settle "$G"
expect_sense "the drive says what is in it" 2 30 03 "$G" 00 00 00 00 00 00
check "mtx unload" mtx -f "$CHANGER" unload "$slot" 0
check "device statistics" sg_logs --page=0x14 "$G"
like "it was cleaned once" "$output" "Lifetime cleaning operations: 1"

note "statistics of the kernel's driver"
check "tapestat" tapestat -k
like "tapestat knows the drive" "$output" "$(basename "${T/nst/st}" | sed 's/n\?st/st/')"
done_testing
