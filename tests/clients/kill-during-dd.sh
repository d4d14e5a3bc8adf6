# The daemon is killed while dd writes. What lies before the last filemark was promised; what came after is whole records
# in order, or nothing; dd hears of it; and the catalog agrees with the data.
. "$CAPSTAN_GUEST/lib.sh"

# Short records, so that the rounds fit the guest's memory.
SIZE=8192

# Writes records of SEED behind the first file with the program WRITER in the background, kills the daemon after SECONDS,
# restarts it, and checks the tape. Objects 0-199 and a filemark are safe.
kill_after() { # kill_after SECONDS SEED WRITER
    local pause=$1 seed=$2 writer=$3 writer_pid written status acknowledged tail_line count
    mt-st -f "$T" rewind && mt-st -f "$T" fsf 1
    is "the tape is behind the first file" "$(tell "$T")" 201
    written=$(writes)
    "$writer" "$seed" >"$work/writer" 2>&1 &
    writer_pid=$!
    # A program that opens the drive only after the restart would rightly find itself at the beginning of the tape.
    check "the writer writes" writes_arrive "$written"
    sleep "$pause"
    [ "$writer" != with_dd ] || kill -USR1 "$(pidof dd)"
    sleep 0.1
    check "the daemon is killed after $pause s of writing" daemon_kill
    check "the writer is still there, in a command that waits" kill -0 "$writer_pid"
    check "the daemon starts again" appliance_start
    wait "$writer_pid"
    status=$?
    cat "$work/writer"
    is "the writer got an error" "$status" 1
    # What dd said a moment before the kill, or the exact number.
    acknowledged=$(sed -n -e 's/^\([0-9]*\)+0 records out$/\1/p' -e 's/^\([0-9]*\) EIO$/\1/p' "$work/writer" | head -n 1)
    check "records had been acknowledged" test "${acknowledged:-0}" -gt 0
    is "the cartridge is still in the drive" "$(barcode_in_drive 0)" "$barcode"
    check "the drive is ready" wait_ready "$T"
    check "rewind" mt-st -f "$T" rewind
    is "everything up to the filemark is there" "$(tapetool tail "$T" 41 0 1 100000)" "200 end"
    tail_line=$(tapetool tail "$T" "$seed" 0 $SIZE $SIZE 2>&1)
    like "what follows is whole records in order" "$tail_line" '^[0-9]+ (end|EIO)$'
    count=${tail_line%% *}
    note "${acknowledged:-?} records were acknowledged, $count survived"
    [ "$writer" = with_dd ] || check "no more than were written" test "$count" -le $((acknowledged + 1))
    check "eod" mt-st -f "$T" eod
    is "the data ends behind them" "$(tell "$T")" $((201 + count))
    check "the catalog is consistent" capstan catalog check
    check "writing goes on" tapetool write "$T" 43 0 10 1 100000
    check "back to what was written" mt-st -f "$T" seek $((201 + count))
    check "it verifies" tapetool verify "$T" 43 0 10 1 100000
    like "the daemon says what it found" "$(daemon_log)" "recovered.*data ends at \[$((201 + count))\]"
    like "and that it did not execute the waiting command" "$(daemon_log)" "UNIT ATTENTION, not executed"
}

with_dd() { # with_dd SEED
    tapetool generate "$1" 0 1000000 $SIZE $SIZE | dd of="$T" bs=$SIZE iflag=fullblock
}

# Says exactly how many writes were acknowledged.
with_tapetool() { # with_tapetool SEED
    tapetool fill "$T" "$1" 0 $SIZE $SIZE
    return 1
}

appliance_fresh
scratch_tape 1 0
barcode=$(barcode_in_drive 0)
check "200 records and a filemark" tapetool write "$T" 41 0 200 1 100000
kill_after 0.6 51 with_dd
kill_after 0.2 52 with_tapetool
kill_after 1 53 with_dd
kill_after 0.4 54 with_tapetool
done_testing
