# Links, sessions and targets that break while a host writes over iSCSI. No record that was acknowledged and synchronized
# is lost, none comes twice, and READ POSITION says where the tape is.
. "$CAPSTAN_GUEST/lib.sh"

# Short records, so that the rounds fit the guest's memory.
SIZE=8192

# Writes records of SEED behind the first file, synchronizes now and then and keeps a journal of that.
writer_start() { # writer_start SEED
    local written
    mt-st -f "$T" rewind && mt-st -f "$T" fsf 1
    is "the tape is behind the first file" "$(tell "$T")" 201
    written=$(writes)
    : >"$work/journal"
    tapetool journal "$T" "$1" $SIZE $SIZE 20 "$work/journal" >"$work/writer" 2>&1 &
    writer_pid=$!
    check "the writer writes" writes_arrive "$written"
}

journal_grows() { # journal_grows LINES
    local i
    for i in $(seq 1 600); do
        [ "$(wc -l <"$work/journal")" -le "$1" ] || return 0
        sleep 0.2
    done
    cat "$work/journal"
    return 1
}

drop_session() {
    capstan iscsi drop "$(capstan iscsi sessions --json | jq -r '.. | .id? // empty' | head -n 1)"
}

# Sets written and synchronized.
writer_ended() {
    wait "$writer_pid"
    cat "$work/writer"
    like "the writer got an error" "$(cat "$work/writer")" '^[0-9]+ E[A-Z]+'
    written=$(sed -n 's/^\([0-9]*\) E.*/\1/p' "$work/writer")
    synchronized=$(tail -n 1 "$work/journal")
    note "$written records were acknowledged, $synchronized of them synchronized"
    check "records had been synchronized" test "${synchronized:-0}" -gt 0
}

session_is_back() {
    local i
    for i in $(seq 1 600); do
        [ "$(session_attribute state 2>/dev/null)" = LOGGED_IN ] && return 0
        sleep 0.2
    done
    iscsiadm -m session -P 1
    return 1
}

# The drive's own READ POSITION: st does not say where the tape is once it has heard of a reset.
position_of() { # position_of SG_DEVICE
    sg_raw -r 20 -o "$work/position" "$1" 34 00 00 00 00 00 00 00 00 00 >/dev/null 2>&1 &&
        od -An -j4 -N4 -tu4 --endian=big "$work/position" | tr -d ' '
}

# Nothing has moved the tape since the writer: it is behind its last record, whether its acknowledgement arrived or not.
# A write that st has answered may be under way still, for st answers without waiting when records are short.
stopped_behind_the_writer() {
    settle "$G"
    position=$(position_of "$G")
    check "the drive says where it stopped" \
        test "${position:-0}" -ge $((200 + written)) -a "${position:-0}" -le $((202 + written))
}

# What is on the tape: at least LEAST records of SEED, in order.
tape_is_whole() { # tape_is_whole SEED LEAST
    local tail_line count
    check "rewind" mt-st -f "$T" rewind
    is "everything up to the filemark is there" "$(tapetool tail "$T" 41 0 1 10000)" "200 end"
    tail_line=$(tapetool tail "$T" "$1" 0 $SIZE $SIZE 2>&1)
    like "what follows is whole records in order" "$tail_line" '^[0-9]+ (end|EIO)$'
    count=${tail_line%% *}
    note "$count records are there"
    check "none is missing" test "$count" -ge "$2"
    check "none is there twice, and none that was not written" test "$count" -le $((written + 1))
    check "eod" mt-st -f "$T" eod
    is "the drive says where the data ends" "$(tell "$T")" $((201 + count))
    check "writing goes on" tapetool write "$T" 43 0 10 1 10000
    check "back to what was written" mt-st -f "$T" seek $((201 + count))
    check "it verifies" tapetool verify "$T" 43 0 10 1 10000
}

modprobe iscsi_tcp || bail "the kernel's initiator"
output=$(target_start 2>&1) || bail "the appliance starts" "$output"
output=$(initiator_start 2>&1) || bail "discovery" "$output"
# The initiator asks nobody whether the link is up: what breaks here breaks because this script breaks it, however slow the
# guest is.
initiator_set "$TARGET_OPEN" 'node.conn[0].timeo.noop_out_interval' 0
initiator_set "$TARGET_OPEN" 'node.conn[0].timeo.noop_out_timeout' 0
output=$(initiator_login "$TARGET_OPEN" "$PORTAL" 4 2>&1) || bail "login" "$output"
find_devices
scratch_tape 1 0
barcode=$(barcode_in_drive 0)
check "200 records and a filemark" tapetool write "$T" 41 0 200 1 10000

note "the link is down for 10 seconds, and the writer goes on"
writer_start 51
check "records are synchronized" journal_grows 0
check "the link is cut" ip link set lo down
sleep 10
before=$(wc -l <"$work/journal")
check "it is back" ip link set lo up
check "more records are synchronized" journal_grows "$before"

note "the target drops the session"
check "capstan iscsi drop" drop_session
writer_ended
check "the initiator logs in again by itself" session_is_back
stopped_behind_the_writer
like "the drive told that the nexus was lost" "$(capstan drive trace lib0/drive0)" "06/29/07"
tape_is_whole 51 $((position - 201))

note "logout while a host writes"
writer_start 52
check "logout" initiator_logout "$TARGET_OPEN"
writer_ended
check "login" initiator_login "$TARGET_OPEN" "$PORTAL" 4
T=${TAPE[0]} G=${TAPE_SG[0]}
stopped_behind_the_writer
tape_is_whole 52 $((position - 201))

note "the target is killed and comes back"
writer_start 53
check "the daemon is killed" daemon_kill
check "the daemon starts again" target_start
check "the initiator logs in again by itself" session_is_back
writer_ended
settle "$CHANGER" "$G"
like "the drive told that it was reset" "$(capstan drive trace lib0/drive0)" "06/29/00"
is "the cartridge is still in the drive" "$(barcode_in_drive 0)" "$barcode"
check "the drive is ready" wait_ready "$T"
tape_is_whole 53 "$synchronized"
check "the catalog is consistent" capstan catalog check

note "the others are served as ever"
check "a cartridge for another drive" mtx -f "$CHANGER" load 2 1
check "it becomes ready" wait_ready "${TAPE[1]}"
check "tar writes" tar -cf "${TAPE[1]}" -C /etc hostname
check "logout" initiator_logout "$TARGET_OPEN"
done_testing
