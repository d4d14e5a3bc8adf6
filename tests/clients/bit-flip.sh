# A flipped bit in a chunk file is an error when its record is read, and never wrong data; every other record still reads.
. "$CAPSTAN_GUEST/lib.sh"

RECORDS=40

# One character for each record: "." right, "E" read error, "W" wrong data.
survey() {
    tapetool survey "$T" "$seed" $RECORDS 20000 60000
}

reload() {
    mtx -f "$CHANGER" unload 7 1 >/dev/null 2>&1 && mtx -f "$CHANGER" load 7 1 >/dev/null 2>&1 &&
        settle "$G" && wait_ready "$T"
}

appliance_fresh
seed=$((RANDOM * 32768 + RANDOM))
note "seed $seed"
RANDOM=$seed
scratch_tape 7 1
check "$RECORDS records" tapetool write "$T" "$seed" 0 $RECORDS 20000 60000
check "unload and load" reload
good=$(printf '.%.0s' $(seq 1 $RECORDS))
is "all records read" "$(survey)" "$good"

mapfile -t chunks < <(chunk_files)
found=''
for chunk in "${chunks[@]}"; do
    offset=$(tapetool find "$chunk" "$seed" 20 20000 60000) && found=$chunk && break
done
[ -n "$found" ] || bail "record 20 is found in a chunk file" "$(ls -lR "$DATA")"
note "record 20 is at $offset of $found, which has $(stat -c %s "$found") bytes"

note "bits of record 20 itself"
for shift in 0 1 9999 19999; do
    bit=$((RANDOM % 8))
    check "flip bit $bit of byte $shift" tapetool flip "$found" $((offset + shift)) $bit
    check "unload and load" reload
    is "record 20 is an error, the others read" "$(survey)" "${good:0:20}E${good:21}"
    mt-st -f "$T" seek 20
    expect_sense "it is a medium error" 3 11 00 -r 65536 "$G" 08 00 01 00 00 00
    tapetool flip "$found" $((offset + shift)) $bit
done
check "unload and load" reload
is "with the bits restored all records read" "$(survey)" "$good"
like "the daemon named the chunk and the record" "$(cat "$DAEMON_LOG")" "$(basename "$found")"

note "bits anywhere in the file"
length=$(stat -c %s "$found")
for round in $(seq 1 12); do
    # The ends of the file are headers, footers and directories: look there more often.
    case $((round % 4)) in
        0) position=$((RANDOM % 4096)) ;;
        1) position=$((length - 1 - RANDOM % 4096)) ;;
        *) position=$(((RANDOM * 32768 + RANDOM) % length)) ;;
    esac
    bit=$((RANDOM % 8))
    check "round $round: flip bit $bit of byte $position" tapetool flip "$found" $position $bit
    if reload; then
        map=$(survey)
        unlike "round $round: no wrong data: $map" "$map" W
        errors=${map//./}
        check "round $round: at most one record is lost" test ${#errors} -le 1
    else
        fail "round $round: the cartridge loads" "$(mtx -f "$CHANGER" status)"
    fi
    tapetool flip "$found" "$position" $bit
done
check "unload and load" reload
is "with the bits restored all records read" "$(survey)" "$good"
check "the catalog is consistent" capstan catalog check
done_testing
