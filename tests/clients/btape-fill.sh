# btape's long tests: speed, and fill over the end of a cartridge of 2 GB onto another one, then unfill. They want a disk:
#   tests/kernel/uml/run --dist appliance/target/capstan --out /tmp/out --disk data:8192 --timeout 3000 --script-timeout 2900 tests/clients/btape-fill.sh
. "$CAPSTAN_GUEST/lib.sh"
. "$CAPSTAN_GUEST/btape.sh"

appliance_use

# btape takes the cartridges of slots 1 and 2.
for slot in 1 2; do
    to=$(mtx -f "$CHANGER" status | sed -n 's/^ *Storage Element \([0-9]*\):Empty.*/\1/p' | grep -vx '[12]' | head -n 1)
    [ -z "$(barcode_in_slot $slot)" ] ||
        check "slot $slot is made free" mtx -f "$CHANGER" transfer $slot "$to"
done
mapfile -t slots < <(small_cartridges 2 2000)
is "cartridges of 2 GB are in slots 1 and 2" "$(printf "%s\n" "${slots[@]}" | sort | xargs)" "1 2"

btape_configure 262144

# What btape leaves behind is put in order for the script that follows.
long_btape() { # long_btape INPUT_LINE...
    btape "$@"
    sg_prevent --allow "${TAPE_SG[0]}" >/dev/null 2>&1
    settle "${TAPE_SG[0]}"
}

wrong='[Nn]ot work|[Ff]ailed|NOT correct|ERR=|Bad data|Bad status|[Ii]nterrupted|do not match|not the same'

# What is written has to fill 2 GB of tape, so it is not compressed.
uncompressed() {
    check "the drive does not compress" mt-st -f "${TAPE[0]}" compression 0
}

scratch_tape 1 0
uncompressed
output=$(long_btape "speed file_size=1 nb_file=1 skip_zero" quit)
printf '%s\n' "$output"
is "speed wrote raw blocks, and blocks of Bacula's" "$(printf '%s\n' "$output" | grep -c 'Total Write rate = ')" 2
unlike "nothing failed" "$output" "$wrong"

unload_all
scratch_tape 1 0
uncompressed
output=$(long_btape fill s quit)
printf '%s\n' "$output" | tail -n 60
like "fill wrote the whole tape" "$output" 'Done writing|end of (tape|medium)|End of (Tape|Volume|medium)'
like "the last block is there and right" "$output" 'The last block on the tape matches\. Test succeeded\.'
unlike "nothing failed" "$output" "$wrong"

unload_all
scratch_tape 2 0
unload_all
scratch_tape 1 0
uncompressed
output=$(long_btape fill m quit)
printf '%s\n' "$output" | tail -n 90
like "fill went on to the second tape" "$output" 'TestVolume2'
like "first and last blocks of both are right" "$output" 'Test succeeded'
unlike "nothing failed" "$output" "$wrong"

output=$(long_btape unfill quit)
printf '%s\n' "$output" | tail -n 60
like "unfill finds them again" "$output" 'Test succeeded'
unlike "nothing failed" "$output" "$wrong"
done_testing
