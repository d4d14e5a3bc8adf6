# The disk under the data directory fills up: the host is told in time, the operator finds a clear line, nothing that was
# acknowledged is lost, and writing works again when there is room.
. "$CAPSTAN_GUEST/lib.sh"

[ -n "${CAPSTAN_DISK:-}" ] || bail "a disk is attached"
DATA=$CAPSTAN_DISK/data
FILLER=$CAPSTAN_DISK/filler

free_mib() {
    df -Pm "$CAPSTAN_DISK" | awk 'NR == 2 { print $4 }'
}

appliance_fresh
scratch_tape 1 0
check "200 records and a filemark before" tapetool write "$T" 81 0 200 1 100000
is "they are counted" "$(tell "$T")" 201

note "free before the filler: $(free_mib) MiB"
leave=${CAPSTAN_DISK_LEAVE_MIB:-64}
dd if=/dev/zero of="$FILLER" bs=1M count=$(($(free_mib) - leave)) 2>/dev/null
sync
note "free now: $(free_mib) MiB"
check "the disk is nearly full" test "$(free_mib)" -le $((leave + 1))

result=$(tapetool fill "$T" 82 0 65536 65536)
note "$result"
like "the host is told" "$result" '^[0-9]+ (ENOSPC|EIO)'
taken=${result%% *}
note "$taken records of 64 KiB were taken"
check "some records were taken" test "$taken" -ge 1
log=$(cat "$DAEMON_LOG")
like "the daemon says what is wrong" "$log" "[Nn]o space|full|free space|[Ss]pace"
is "the daemon is still there" "$(daemon_is_running && echo yes)" yes

note "what was acknowledged is there"
check "rewind" mt-st -f "$T" rewind
is "the records before" "$(tapetool tail "$T" 81 0 1 100000)" "200 end"
tail_line=$(tapetool tail "$T" 82 0 65536 65536)
is "the records up to the error" "${tail_line%% *}" "$taken"

note "room again"
rm -f "$FILLER"
sync
check "eod" mt-st -f "$T" eod
check "writing works" tapetool write "$T" 83 0 100 1 100000
check "rewind" mt-st -f "$T" rewind
is "the first file" "$(tapetool tail "$T" 81 0 1 100000)" "200 end"
is "the second" "$(tapetool tail "$T" 82 0 65536 65536)" "$taken end"
is "and the third" "$(tapetool tail "$T" 83 0 1 100000)" "100 end"
check "another cartridge can be written" mtx -f "$CHANGER" load 2 1
check "it becomes ready" wait_ready "${TAPE[1]}"
check "writing" tapetool write "${TAPE[1]}" 84 0 50 1 100000
check "the catalog is consistent" capstan catalog check
check "the daemon is killed" daemon_kill
check "it starts again" appliance_start
check "rewind" mt-st -f "$T" rewind
is "the first file is still there" "$(tapetool tail "$T" 81 0 1 100000)" "200 end"
is "and the second" "$(tapetool tail "$T" 82 0 65536 65536)" "$taken end"
is "and the third" "$(tapetool tail "$T" 83 0 1 100000)" "100 end"
check "the daemon ends in order" daemon_stop
done_testing
