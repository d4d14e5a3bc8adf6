# Bacula's own test of a drive and its changer: btape test, rectest and autochanger with mtx-changer.
. "$CAPSTAN_GUEST/lib.sh"
. "$CAPSTAN_GUEST/btape.sh"

appliance_use
[ -n "$(barcode_in_slot 1)" ] || bail "a cartridge in slot 1" "$(mtx -f "$CHANGER" status)"

wrong='[Nn]ot work|[Ff]ail|NOT correct|ERR=|Bad data|Bad status|[Ii]nterrupted'

# btape writes 20000 blocks: of this length they fit the guest's memory.
btape_configure 16384
scratch_tape 1 0
output=$(btape test y quit)
printf '%s\n' "$output"
is "write, rewind and re-read; block positions: both tests succeeded" \
    "$(printf '%s\n' "$output" | grep -c '=== Test Succeeded')" 2
is "both files were read again" "$(printf '%s\n' "$output" | grep -c '^10000 blocks re-read correctly')" 2
is "six blocks were found by position" "$(printf '%s\n' "$output" | grep -c '^Block [0-9]* re-read correctly')" 6
is "file numbers after appending and spacing" "$(printf '%s\n' "$output" | grep -c 'This is correct!')" 6
like "the scan after appending" "$output" 'Total files=4, blocks=7, bytes = 114,240'
like "write, backup and re-read" "$output" 'Block re-read correct. Test succeeded!'
like "forward space files" "$output" '=== End Forward space files test ==='
like "the autochanger test that follows" "$output" 'The test autochanger worked!!'
unlike "nothing failed" "$output" "$wrong"

# rectest builds larger and larger records until one does not fit a block. It moves no tape, and btape 9.6.7 then crashes
# by itself (also on /dev/null): what counts is that it came to the largest record, the block less two headers.
btape_configure 4096
output=$(btape rectest y quit)
printf '%s\n' "$output" | tail -n 20
like "rectest builds every record that fits" "$output" 'Block 4060 i=4060$'
unlike "and none that does not" "$output" 'Block 4061'
sg_prevent --allow "${TAPE_SG[0]}"
settle "${TAPE_SG[0]}"

btape_configure 65536
check "unload" mtx -f "$CHANGER" unload 1 0
check "another cartridge in the drive" mtx -f "$CHANGER" load 2 0
check "it becomes ready" wait_ready "${TAPE[0]}"
output=$(btape autochanger y quit)
printf '%s\n' "$output"
like "the autochanger unloads the drive" "$output" '"unload 2 0" command'
like "and loads it" "$output" 'Autochanger "load 1 0" status is OK'
like "the autochanger works" "$output" 'The test autochanger worked!!'
unlike "nothing failed" "$output" "$wrong"
is "the cartridge of slot 1 is in the drive" "$(mtx -f "$CHANGER" status | grep -c '^Data Transfer Element 0:Full (Storage Element 1 Loaded)')" 1
done_testing
