# The daemon is killed while dd writes. What lies before the last filemark was promised; what came after is whole records
# in order, or nothing; dd hears of it; and the catalog agrees with the data.
. "$CAPSTAN_GUEST/lib.sh"

SIZE=65536

# Kills the daemon after SECONDS of dd, restarts it, and checks the tape. Objects 0-199 and a filemark are safe.
kill_after() { # kill_after SECONDS SEED
    local pause=$1 seed=$2 dd_pid status copied tail_line count
    mt-st -f "$T" rewind && mt-st -f "$T" fsf 1
    is "the tape is behind the first file" "$(tell "$T")" 201
    tapetool generate "$seed" 0 1000000 $SIZE $SIZE | dd of="$T" bs=$SIZE iflag=fullblock 2>"$work/dd" &
    dd_pid=$!
    sleep "$pause"
    check "the daemon is killed after $pause s of dd" daemon_kill
    check "dd is still there, in a command that waits" kill -0 "$dd_pid"
    check "the daemon starts again" appliance_start
    wait "$dd_pid"
    status=$?
    cat "$work/dd"
    is "dd got an error" "$status" 1
    copied=$(sed -n 's/^\([0-9]*\)+0 records out$/\1/p' "$work/dd")
    note "$copied records were acknowledged"
    [ "${copied:-0}" -gt 0 ] || fail "dd had written something before" "$(cat "$work/dd")"
    is "the cartridge is still in the drive" "$(barcode_in_drive 0)" "$barcode"
    check "the drive is ready" wait_ready "$T"
    check "rewind" mt-st -f "$T" rewind
    is "everything up to the filemark is there" "$(tapetool tail "$T" 41 0 1 100000)" "200 end"
    tail_line=$(tapetool tail "$T" "$seed" 0 $SIZE $SIZE 2>&1)
    like "what follows is whole records in order" "$tail_line" '^[0-9]+ (end|EIO)$'
    count=${tail_line%% *}
    note "$count of them survived"
    check "no more than were written" test "${count:-0}" -le $((${copied:-0} + 1))
    check "eod" mt-st -f "$T" eod
    is "the data ends behind them" "$(tell "$T")" $((201 + ${count:-0}))
    check "the catalog is consistent" capstan catalog check
    check "writing goes on" tapetool write "$T" 43 0 10 1 100000
    check "and is there" mt-st -f "$T" bsfm 2
    check "rewind" mt-st -f "$T" seek $((201 + ${count:-0}))
    check "and verifies" tapetool verify "$T" 43 0 10 1 100000
}

appliance_fresh
scratch_tape 1 0
barcode=$(barcode_in_drive 0)
check "200 records and a filemark" tapetool write "$T" 41 0 200 1 100000
kill_after 1.5 51
kill_after 0.4 52
kill_after 3 53
like "the daemon says what it found" "$(cat "$DAEMON_LOG")" "[Rr]ecover|[Tt]orn|[Pp]ending|unit attention|UNIT ATTENTION|29/00"
done_testing
