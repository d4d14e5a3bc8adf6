# Functions for guest scripts. A script starts with
#
#   . "$CAPSTAN_GUEST/lib.sh"
#
# states each thing it checks with one of the functions under "Checks", and ends with done_testing. Every check is one
# line "ok N - name" or "not ok N - name" in $CAPSTAN_OUT/NAME.tap and in the log; a script that stops before
# done_testing has failed.
#
# shellcheck shell=bash

[ -n "${CAPSTAN_OUT:-}" ] || { echo "lib.sh: only for the guest of uml/run" >&2; exit 2; }

CAPSTAN_TEST=${CAPSTAN_TEST:-interactive}
work=/tmp/$CAPSTAN_TEST
mkdir -p "$work"

# ---------------------------------------------------------------------------------------------------------------- Checks

tests_done=0
tests_failed=0
plan_written=0

tap() {
    printf '%s\n' "$*"
    printf '%s\n' "$*" >>"$CAPSTAN_OUT/$CAPSTAN_TEST.tap"
}

pass() { # pass NAME
    tests_done=$((tests_done + 1))
    tap "ok $tests_done - $1"
}

fail() { # fail NAME [DETAIL...]: a detail may have several lines
    local name=$1
    shift
    tests_done=$((tests_done + 1))
    tests_failed=$((tests_failed + 1))
    tap "not ok $tests_done - $name"
    [ $# -eq 0 ] || tap "$(printf '%s\n' "$@" | tail -n 40 | sed 's/^/#   /')"
}

note() {
    printf '# %s\n' "$*"
}

# Gives up: what follows would make no sense.
bail() {
    fail "$@"
    exit 1
}

# The output of the last command that check or check_fails ran. The command runs in this shell: a function may set things.
output=''

run_and_show() {
    local status
    note "$(printf '%q ' "$@")"
    "$@" >"$work/output" 2>&1 </dev/null
    status=$?
    output=$(tr -d '\000' <"$work/output")
    [ -z "$output" ] || printf '%s\n' "$output" | tail -n 60
    return "$status"
}

check() { # check NAME COMMAND...: passes when the command does
    local name=$1 status
    shift
    run_and_show "$@"
    status=$?
    if [ "$status" = 0 ]; then
        pass "$name"
    else
        fail "$name" "exit status $status" "$output"
    fi
    return "$status"
}

check_fails() { # check_fails NAME COMMAND...: passes when the command fails
    local name=$1 status
    shift
    run_and_show "$@"
    status=$?
    if [ "$status" != 0 ] && [ "$status" -lt 126 ]; then
        pass "$name"
    else
        fail "$name" "exit status $status, wanted a failure" "$output"
    fi
}

is() { # is NAME ACTUAL EXPECTED
    if [ "$2" = "$3" ]; then
        pass "$1"
    else
        fail "$1" "expected: $3" "actual:   $2"
    fi
}

like() { # like NAME TEXT EXTENDED_REGULAR_EXPRESSION
    if printf '%s\n' "$2" | grep -qE -- "$3"; then
        pass "$1"
    else
        fail "$1" "expected to match: $3" "$2"
    fi
}

unlike() { # unlike NAME TEXT EXTENDED_REGULAR_EXPRESSION
    if printf '%s\n' "$2" | grep -qE -- "$3"; then
        fail "$1" "expected not to match: $3" "$2"
    else
        pass "$1"
    fi
}

same_file() { # same_file NAME FILE FILE
    if cmp "$2" "$3"; then
        pass "$1"
    else
        fail "$1" "$(cmp "$2" "$3" 2>&1)" "$(ls -l "$2" "$3" 2>&1)"
    fi
}

done_testing() {
    [ "$tests_done" -gt 0 ] || fail "the script checks something"
    tap "1..$tests_done"
    plan_written=1
    [ "$tests_failed" = 0 ]
    exit
}

on_exit() {
    local status=$?
    if [ "$plan_written" = 0 ]; then
        [ "$status" != 0 ] || status=1
        tap "# the script ended before done_testing, exit status $status"
    fi
    exit "$status"
}
[ "$CAPSTAN_TEST" = interactive ] || trap on_exit EXIT

# ------------------------------------------------------------------------------------------------------------- SCSI

# Prints "KEY ASC ASCQ" in hexadecimal of what a command gets, "00 00 00" with status GOOD. The extra arguments of sg_raw
# (-r LENGTH and the like) come before the device.
sense_of() { # sense_of [SG_RAW_OPTION...] DEVICE CDB_BYTE...
    local text
    text=$(sg_raw -v "$@" 2>&1)
    printf '%s\n' "$text" >"$work/sense"
    if printf '%s\n' "$text" | grep -q '^SCSI Status: Good'; then
        echo "00 00 00"
        return
    fi
    # Fixed format: the sense key is in byte 2, the additional sense code and its qualifier in bytes 12 and 13.
    printf '%s\n' "$text" | awk '
        /Raw sense data/ { raw = 1; next }
        raw { for (i = 1; i <= NF; i++) if ($i ~ /^[0-9a-f][0-9a-f]$/) byte[n++] = $i; else if ($i !~ /^0*[0-9a-f]+:?$/) raw = 0 }
        END {
            if (n < 14) { print "no sense"; exit }
            print "0" substr(byte[2], 2, 1), byte[12], byte[13]
        }'
}

expect_sense() { # expect_sense NAME KEY ASC ASCQ [SG_RAW_OPTION...] DEVICE CDB_BYTE...
    local name=$1 wanted actual
    wanted=$(printf '%02x %02x %02x' "0x$2" "0x$3" "0x$4")
    shift 4
    note "sg_raw $*"
    actual=$(sense_of "$@")
    if [ "$actual" = "$wanted" ]; then
        pass "$name"
    else
        fail "$name" "expected sense: $wanted" "actual sense:   $actual" "$(cat "$work/sense")"
    fi
}

# Takes unit attentions that are pending, so that the next command says what it has to say itself.
settle() { # settle SG_DEVICE...
    local device i
    for device in "$@"; do
        for i in 1 2 3 4 5 6 7 8; do
            case $(sense_of "$device" 00 00 00 00 00 00) in
                "06 "*) ;;
                *) break ;;
            esac
        done
    done
}

# Sets CHANGER (sg), CHANGER_SCH (sch), TAPE[i] (nst), TAPE_REWIND[i] (st) and TAPE_SG[i], drives in order of their SCSI hosts,
# which is the order of the data transfer elements.
find_devices() {
    local line type
    CHANGER='' CHANGER_SCH=''
    TAPE=() TAPE_REWIND=() TAPE_SG=()
    while read -r line; do
        type=$(echo "$line" | awk '{ print $2 }')
        set -- $(echo "$line" | grep -o '/dev/[a-z0-9]*')
        case $type in
            mediumx)
                CHANGER_SCH=$1
                CHANGER=$2
                ;;
            tape)
                TAPE_REWIND+=("$1")
                TAPE+=("/dev/n${1#/dev/}")
                TAPE_SG+=("$2")
                ;;
        esac
    done < <(lsscsi -g)
}

# Every character device of one drive or changer exists a moment after the LUN does.
wait_for_devices() { # wait_for_devices DRIVES
    local i
    for i in $(seq 1 100); do
        find_devices
        [ -n "$CHANGER" ] && [ "${#TAPE[@]}" -ge "$1" ] && return 0
        sleep 0.1
    done
    lsscsi -g
    return 1
}

# -------------------------------------------------------------------------------------------------------- Appliance

DATA=${DATA:-${CAPSTAN_DISK:-/tmp}/capstan-data}
# Where the daemon listens, and where the command line looks.
export CAPSTAN_SOCKET=/run/capstan/capstan.sock
DAEMON_LOG=$CAPSTAN_OUT/capstand.log
PID_FILE=/run/capstand.pid
DRIVES=4
log_lines_before=0

daemon_pid() {
    local pid
    pid=$(cat "$PID_FILE" 2>/dev/null) && kill -0 "$pid" 2>/dev/null && echo "$pid"
}

daemon_is_running() {
    [ -n "$(daemon_pid)" ]
}

# Starts the daemon and waits until it serves. Arguments replace the default ones (the demo appliance on $DATA).
appliance_start() {
    [ $# -gt 0 ] || set -- --demo --data-dir "$DATA" --socket "$CAPSTAN_SOCKET"
    daemon_start "$@" && appliance_wait
}

# Starts the daemon without waiting for anything.
daemon_start() {
    daemon_is_running && { echo "the daemon is running already"; return 1; }
    rm -f "$PID_FILE"
    mkdir -p "$DATA" "$(dirname "$CAPSTAN_SOCKET")"
    echo "---- start: capstand $*" >>"$DAEMON_LOG"
    log_lines_before=$(wc -l <"$DAEMON_LOG")
    # A session of its own: what ends the script does not end the daemon. The shell's pid becomes the daemon's.
    # shellcheck disable=SC2016 # for the inner shell
    setsid sh -c 'echo $$ >"$0"; exec "$@"' "$PID_FILE" "$CAPSTAN_DIST/bin/capstand" "$@" >>"$DAEMON_LOG" 2>&1 </dev/null &
    while [ ! -s "$PID_FILE" ]; do sleep 0.05; done
}

# Waits until the daemon says that it is ready and the devices are there.
appliance_wait() {
    daemon_wait && wait_for_devices "$DRIVES" && settle "$CHANGER" "${TAPE_SG[@]}"
}

# Waits until the daemon says that it is ready.
daemon_wait() {
    local i
    for i in $(seq 1 2400); do
        daemon_is_running || { echo "the daemon ended:"; tail -n 40 "$DAEMON_LOG"; return 1; }
        tail -n "+$((log_lines_before + 1))" "$DAEMON_LOG" | grep -q '^capstand: ready' && return
        sleep 0.1
    done
    echo "the daemon is not ready after 240 s:"
    tail -n 40 "$DAEMON_LOG"
    return 1
}

# What the daemon wrote since it was last started.
daemon_log() {
    tail -n "+$((log_lines_before + 1))" "$DAEMON_LOG"
}

# Ends the daemon as a power cut would: no handler of it runs.
daemon_kill() {
    local pid
    pid=$(daemon_pid) || return 1
    kill -9 "$pid"
    daemon_gone "$pid"
}

# Ends the daemon as systemd would.
daemon_stop() {
    local pid
    pid=$(daemon_pid) || return 1
    kill -TERM "$pid"
    daemon_gone "$pid"
}

daemon_gone() { # daemon_gone PID
    local i
    for i in $(seq 1 1200); do
        kill -0 "$1" 2>/dev/null || { rm -f "$PID_FILE"; return 0; }
        sleep 0.1
    done
    echo "the daemon is still there after 120 s"
    return 1
}

# The appliance of the last script if that left it running, else a new one; every cartridge in its home slot.
appliance_use() {
    if daemon_is_running; then
        wait_for_devices "$DRIVES" || bail "devices of the running appliance" "$(lsscsi -g)"
        settle "$CHANGER" "${TAPE_SG[@]}"
    else
        output=$(appliance_start 2>&1) || bail "the appliance starts" "$output"
        find_devices
    fi
    unload_all
}

# A new appliance on an empty data directory.
appliance_fresh() {
    daemon_is_running && daemon_stop
    rm -rf "${DATA:?}"
    output=$(appliance_start "$@" 2>&1) || bail "the appliance starts" "$output"
    find_devices
}

# -------------------------------------------------------------------------------------------------------- iSCSI

# The daemon as a target on this guest's loopback, and the kernel's own initiator (Debian package open-iscsi). Library lib0
# is for everybody here; lib1 is for the CHAP user "backup", to whom the target proves itself as "capstan".
PORTAL=127.0.0.1:3260
PORTAL_IPV6='[::1]:3260'
TARGET_OPEN=iqn.2026-01.io.capstan:guest:lib0
TARGET_CHAP=iqn.2026-01.io.capstan:guest:lib1
INITIATOR=iqn.2026-01.io.capstan.test:guest
CHAP_SECRET=backup-secret-of-16
CHAP_SECRET_MUTUAL=target-secret-of-16

# Starts the daemon and waits until it serves. There are no devices: nobody has logged in.
target_start() {
    cat >/tmp/iscsi.yaml <<YAML
data-dir: $DATA
kernel: {enabled: off}
disks: {watch: false}
api: {socket: $CAPSTAN_SOCKET}
iscsi:
  portals: ['$PORTAL', '$PORTAL_IPV6']
  base-name: iqn.2026-01.io.capstan:guest
  secrets-file: /tmp/iscsi.secrets
  targets:
    - library: lib1
      access: {users: [backup], mutual-user: capstan}
libraries:
  - name: lib0
    drives: {count: 4, personality: ibm-ult3580-td8}
    cartridges: [{prefix: CAP, count: 20, medium: LTO-8}]
  - name: lib1
    drives: {count: 1, personality: ibm-ult3580-td8}
    storage-elements: 4
    import-export-elements: 0
    cartridges: []
YAML
    (umask 077 && printf 'backup %s\ncapstan %s\n' "$CHAP_SECRET" "$CHAP_SECRET_MUTUAL" >/tmp/iscsi.secrets)
    daemon_start --config /tmp/iscsi.yaml && daemon_wait
}

# Starts the initiator's daemon, which logs in again when a connection breaks.
initiator_start() {
    mkdir -p /run/lock/iscsi
    echo "InitiatorName=$INITIATOR" >/etc/iscsi/initiatorname.iscsi
    iscsid || return 1
    # A read of the daemon's fails now and then on User-Mode Linux 7.2 (EFAULT on a page that is not there yet), which ends
    # the connection; sessions log in again by themselves, a discovery does not.
    for _ in 1 2 3; do
        iscsiadm -m discovery -t sendtargets -p "$PORTAL" && return 0
    done
    return 1
}

# Sets a parameter of a target for the next login.
initiator_set() { # initiator_set TARGET NAME VALUE
    iscsiadm -m node -T "$1" -o update -n "$2" -v "$3"
}

# Logs in to a library and waits for its devices.
initiator_login() { # initiator_login TARGET PORTAL DRIVES
    iscsiadm -m node -T "$1" -p "$2" --login || return 1
    wait_for_devices "$3" && settle "$CHANGER" "${TAPE_SG[@]}"
}

initiator_logout() { # initiator_logout TARGET
    iscsiadm -m node -T "$1" --logout
}

# What the kernel says of its one session or connection.
session_attribute() { # session_attribute NAME
    cat /sys/class/iscsi_session/session*/"$1"
}

connection_attribute() { # connection_attribute NAME
    cat /sys/class/iscsi_connection/connection*/"$1"
}

# ------------------------------------------------------------------------------------------------------ Library

# Brings every loaded cartridge back to the slot it came from, or to a free one.
unload_all() {
    local drive slot
    for drive in $(seq 0 $((DRIVES - 1))); do
        slot=$(mtx -f "$CHANGER" status | sed -n "s/^Data Transfer Element $drive:Full (Storage Element \([0-9]*\) Loaded).*/\1/p")
        if [ -n "$slot" ]; then
            mtx -f "$CHANGER" unload "$slot" "$drive" >/dev/null || mtx -f "$CHANGER" unload "$(free_slot)" "$drive"
        elif mtx -f "$CHANGER" status | grep -q "^Data Transfer Element $drive:Full"; then
            mtx -f "$CHANGER" unload "$(free_slot)" "$drive"
        fi
    done
}

free_slot() {
    mtx -f "$CHANGER" status | sed -n 's/^ *Storage Element \([0-9]*\):Empty.*/\1/p' | head -n 1
}

slot_count() {
    mtx -f "$CHANGER" status | sed -n 's/.*Drives, \([0-9]*\) Slots.*/\1/p'
}

# The slot of a cartridge, by its barcode.
slot_of() { # slot_of BARCODE
    mtx -f "$CHANGER" status | sed -n "s/^ *Storage Element \([0-9]*\).*:Full :VolumeTag=$1 *\$/\1/p"
}

barcode_in_slot() { # barcode_in_slot SLOT
    mtx -f "$CHANGER" status | sed -n "s/^ *Storage Element $1\( IMPORT.EXPORT\)\?:Full :VolumeTag=\([^ ]*\) *\$/\2/p"
}

barcode_in_drive() { # barcode_in_drive DRIVE
    mtx -f "$CHANGER" status | sed -n "s/^Data Transfer Element $1:Full.*VolumeTag = \([^ ]*\) *\$/\1/p"
}

# Loads a slot into a drive and leaves an empty tape at its beginning, in variable block mode. Sets T to the drive's nst
# device and G to its sg device.
scratch_tape() { # scratch_tape SLOT DRIVE
    T=${TAPE[$2]}
    G=${TAPE_SG[$2]}
    output=$(mtx -f "$CHANGER" load "$1" "$2" 2>&1) || bail "load slot $1 into drive $2" "$output"
    settle "$G"
    wait_ready "$T" || bail "the drive becomes ready" "$(mt-st -f "$T" status 2>&1)"
    output=$(mt-st -f "$T" rewind 2>&1 && mt-st -f "$T" setblk 0 2>&1 && mt-st -f "$T" erase 0 2>&1 && mt-st -f "$T" rewind 2>&1) ||
        bail "an empty tape" "$output"
}

wait_ready() { # wait_ready NST_DEVICE
    local i
    for i in $(seq 1 100); do
        mt-st -f "$1" status 2>/dev/null | grep -q ONLINE && return 0
        sleep 0.1
    done
    return 1
}

# Logical object number, by the driver.
tell() { # tell NST_DEVICE
    mt-st -f "$1" tell | sed -n 's/At block \([0-9]*\)\./\1/p'
}

# "FILE,BLOCK" as the driver counts.
file_and_block() { # file_and_block NST_DEVICE
    mt-st -f "$1" status | sed -n 's/^File number=\(-\?[0-9]*\), block number=\(-\?[0-9]*\),.*/\1,\2/p'
}

# Write system calls that the tape driver has seen of $T.
writes() {
    cat "/sys/class/scsi_tape/${T#/dev/n}/stats/write_cnt"
}

# Waits until a writer in the background writes.
writes_arrive() { # writes_arrive BEFORE
    local i
    for i in $(seq 1 200); do
        [ "$(writes)" -lt $(($1 + 20)) ] || return 0
        sleep 0.05
    done
    return 1
}

# Makes COUNT cartridges of MIB mebibytes in free slots and prints these slots, in the order of the barcodes.
small_cartridges() { # small_cartridges COUNT MIB
    local barcode
    capstan cartridge create --library lib0 --prefix SML --count "$1" --capacity "$2M" >"$work/created" 2>&1 ||
        { cat "$work/created" >&2; return 1; }
    for barcode in $(capstan cartridge list --json | jq -r '.. | .barcode? // empty | select(startswith("SML"))' | sort); do
        slot_of "$barcode"
    done
}

# ------------------------------------------------------------------------------------------------ Data directory

chunk_files() {
    find "$DATA" -name '*.chunk' -size +0 | sort
}

catalog_files() {
    find "$DATA" -name '*.mdb'
}

# Of a daemon that is stopped.
catalog_rebuild() {
    capstan catalog rebuild --data-dir "$DATA"
}
