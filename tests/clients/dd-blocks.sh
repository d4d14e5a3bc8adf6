# dd: records of one length written, and read back with a larger buffer, as backup software with its own block sizes does.
. "$CAPSTAN_GUEST/lib.sh"

# Prints what dd counted as read.
records_in() {
    printf '%s\n' "$output" | sed -n 's/ records in$//p'
}

appliance_use
scratch_tape 2 1

# tcm_loop takes 1 MiB in one command, which also bounds the read buffer.
file=0
for length in 512 10240 65536 262144 1048576; do
    count=$((4194304 / length))
    [ "$count" -le 1024 ] || count=1024
    tapetool generate "$length" 0 "$count" "$length" "$length" >"$work/$length"
    check "write $count records of $length bytes" dd if="$work/$length" of="$T" bs="$length"
    file=$((file + 1))
done
is "every file has its filemark" "$(file_and_block "$T")" "$file,0"

mt-st -f "$T" rewind
for length in 512 10240 65536 262144 1048576; do
    count=$(($(stat -c %s "$work/$length") / length))
    check "read records of $length bytes with a buffer of 1048576" dd if="$T" of="$work/back" bs=1048576
    if [ "$length" = 1048576 ]; then
        is "every read is one record" "$(records_in)" "$count+0"
    else
        is "every read is one record" "$(records_in)" "0+$count"
    fi
    same_file "the data is the same" "$work/$length" "$work/back"
    # dd read to the filemark, the driver is behind it.
done
is "all files were read" "$(file_and_block "$T")" "$file,0"

note "a buffer that is too small is an error, and the record after it still comes"
mt-st -f "$T" rewind
mt-st -f "$T" fsf 1
is "reading 10240 bytes with a buffer of 512" "$(tapetool read "$T" 512)" ENOMEM
is "the next record" "$(tapetool read "$T" 16384 "$work/second")" 10240
dd if="$work/10240" of="$work/second.expected" bs=10240 skip=1 count=1 2>/dev/null
same_file "it is the second one" "$work/second" "$work/second.expected"

note "a block larger than the path takes is refused before the drive sees it"
check_fails "a write of 2 MiB" dd if=/dev/zero of="$T" bs=2M count=1

note "the rewinding device"
mt-st -f "$T" rewind
check "write" dd if="$work/65536" of="${TAPE_REWIND[1]}" bs=64k
check "read" dd if="${TAPE_REWIND[1]}" of="$work/back" bs=256k
same_file "the data is the same" "$work/65536" "$work/back"
done_testing
