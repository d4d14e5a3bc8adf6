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

# Takes all but LEAVE MiB of the disk.
leave_free() { # leave_free LEAVE
    rm -f "$FILLER"
    sync
    fallocate -l $(($(free_mib) - $1))M "$FILLER"
    note "free now: $(free_mib) MiB"
}

note "early warning, before the store touches its reserve (256 MiB, and 64 MiB in which the drive warns)"
check "room for about 40 MiB" leave_free 360
result=$(tapetool fill "$T" 82 0 65536 65536)
note "$result"
like "the host is told" "$result" '^[0-9]+ ENOSPC$'
early=${result%% *}
check "not at once, and not too late" test "$early" -ge 100 -a "$early" -le 1400
like "the daemon says so, and what to do" "$(daemon_log)" "WARN .*disk nearly full: .*free space there"
is "the daemon is still there" "$(daemon_is_running && echo yes)" yes
check "rewind" mt-st -f "$T" rewind
is "the records before" "$(tapetool tail "$T" 81 0 1 100000)" "200 end"
is "the records up to early warning, and a filemark behind them" "$(tapetool tail "$T" 82 0 65536 65536)" "$early end"

note "a host that does not listen, until nothing goes any more"
check "room for less than 24 MiB in all" leave_free 24
check "eod" mt-st -f "$T" eod
result=$(tapetool cram "$T" 83 0 65536 65536)
note "$result"
like "writing ends with an error" "$result" '^[0-9]+ (ENOSPC|EIO)'
crammed=${result%% *}
note "$crammed records of 64 KiB were taken"
check "no more than there was room for" test "$crammed" -le 400
is "the daemon is still there" "$(daemon_is_running && echo yes)" yes

note "what was acknowledged is there"
check "rewind" mt-st -f "$T" rewind
is "the records before" "$(tapetool tail "$T" 81 0 1 100000)" "200 end"
is "the records up to early warning" "$(tapetool tail "$T" 82 0 65536 65536)" "$early end"
tail_line=$(tapetool tail "$T" 83 0 65536 65536)
is "the records up to the error" "${tail_line%% *}" "$crammed"

note "room again"
check "the filler goes" rm -f "$FILLER"
sync
check "to the end of what was read" mt-st -f "$T" seek $((201 + early + 1 + crammed))
check "writing works" tapetool write "$T" 84 0 100 1 100000
like "the daemon says that there is room again" "$(daemon_log)" "INFO .*disk space is there again"
is "each is said once" "$(daemon_log | grep -c "disk nearly full")" 1
verify_all() {
    check "rewind" mt-st -f "$T" rewind
    is "the first file" "$(tapetool tail "$T" 81 0 1 100000)" "200 end"
    is "the second" "$(tapetool tail "$T" 82 0 65536 65536)" "$early end"
    check "the third" tapetool verify "$T" 83 0 "$crammed" 65536 65536
    is "and what was written behind it" "$(tapetool tail "$T" 84 0 1 100000)" "100 end"
}
verify_all
check "another cartridge can be written" mtx -f "$CHANGER" load 2 1
check "it becomes ready" wait_ready "${TAPE[1]}"
check "writing" tapetool write "${TAPE[1]}" 85 0 50 1 100000
check "the catalog is consistent" capstan catalog check
check "the daemon is killed" daemon_kill
check "it starts again" appliance_start
verify_all
check "the daemon ends in order" daemon_stop
done_testing
