# The catalog is lost: it is made again from the chunk files, and every byte is still there.
. "$CAPSTAN_GUEST/lib.sh"

verify_all() {
    local i
    for i in 1 2 3; do
        check "load cartridge $i" mtx -f "$CHANGER" load "$(slot_of "${barcodes[i]}")" 0
        check "it becomes ready" wait_ready "${TAPE[0]}"
        is "cartridge $i: first file" "$(tapetool tail "${TAPE[0]}" $((60 + i)) 0 1 100000)" "$((i * 50)) end"
        is "cartridge $i: second file" "$(tapetool tail "${TAPE[0]}" $((70 + i)) 0 1 100000)" "30 end"
        check "cartridge $i: eod" mt-st -f "${TAPE[0]}" eod
        is "cartridge $i: end of data" "$(tell "${TAPE[0]}")" $((i * 50 + 32))
        check "cartridge $i: unload" mtx -f "$CHANGER" unload "$(free_slot)" 0
    done
}

appliance_fresh
for i in 1 2 3; do
    scratch_tape "$i" 0
    barcodes[i]=$(barcode_in_drive 0)
    check "cartridge $i: first file" tapetool write "$T" $((60 + i)) 0 $((i * 50)) 1 100000
    # Something that is overwritten must not come back.
    check "cartridge $i: a file that goes" tapetool write "$T" 99 0 20 1 100000
    check "cartridge $i: back over it" mt-st -f "$T" seek $((i * 50 + 1))
    check "cartridge $i: second file" tapetool write "$T" $((70 + i)) 0 30 1 100000
    check "cartridge $i: unload" mtx -f "$CHANGER" unload "$i" 0
done
scratch_tape 4 0
erased=$(barcode_in_drive 0)
check "a cartridge whose data goes" tapetool write "$T" 98 0 20 1 100000
check "rewind" mt-st -f "$T" rewind
check "erase" mt-st -f "$T" erase 0
check "unload" mtx -f "$CHANGER" unload 4 0
before=$(capstan cartridge list --json | jq -r '.. | .barcode? // empty' | sort)
check "there are cartridges" test -n "$before"

check "the catalog is consistent" capstan catalog check
check "the daemon ends in order" daemon_stop
mapfile -t files < <(catalog_files)
check "the catalog's files are found" test "${#files[@]}" -ge 1
note "removing ${files[*]}"
rm -f "${files[@]}"
check "the catalog is rebuilt" catalog_rebuild
check "the daemon starts" appliance_start
check "the catalog is consistent" capstan catalog check
is "the same cartridges are there" "$(capstan cartridge list --json | jq -r '.. | .barcode? // empty' | sort)" "$before"
verify_all
check "load the erased cartridge" mtx -f "$CHANGER" load "$(slot_of "$erased")" 0
check "it becomes ready" wait_ready "${TAPE[0]}"
check "eod" mt-st -f "${TAPE[0]}" eod
is "it is still erased" "$(tell "${TAPE[0]}")" 0
done_testing
