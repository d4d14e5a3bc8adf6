# The kernel's own iSCSI initiator: attaching, CHAP, digests, IPv6, blocks of 8 MiB. Leaves the devices of lib0 attached
# for the scripts that follow on the same boot.
. "$CAPSTAN_GUEST/lib.sh"

no_devices() {
    local i
    for i in $(seq 1 100); do
        [ "$(lsscsi | wc -l)" != 0 ] || return 0
        sleep 0.1
    done
    lsscsi
    return 1
}

# iscsid logs in anew for a session that it finds at its start, and ends none before that is done.
logout_of_adopted() {
    local i
    for i in $(seq 1 60); do
        ! initiator_logout "$TARGET_OPEN" || return 0
        sleep 0.5
    done
    return 1
}

secrets() { # secrets NAME SECRET [NAME SECRET]: what the initiator proves itself with, and what it wants of the target
    initiator_set "$TARGET_CHAP" node.session.auth.authmethod CHAP &&
        initiator_set "$TARGET_CHAP" node.session.auth.username "$1" &&
        initiator_set "$TARGET_CHAP" node.session.auth.password "$2" || return 1
    [ $# -gt 2 ] || return 0
    initiator_set "$TARGET_CHAP" node.session.auth.username_in "$3" &&
        initiator_set "$TARGET_CHAP" node.session.auth.password_in "$4"
}

modprobe iscsi_tcp || bail "the kernel's initiator"
output=$(target_start 2>&1) || bail "the appliance starts" "$output"

note "iscsistart, as a machine does that boots"
check "iscsistart attaches the library" \
    iscsistart -i "$INITIATOR" -t "$TARGET_OPEN" -g 1 -a 127.0.0.1 -p 3260
check "a changer and four drives come" wait_for_devices 4
settle "$CHANGER" "${TAPE_SG[@]}"
lsscsi -g
is "and nothing else" "$(lsscsi | wc -l)" 5
is "they come over iSCSI" "$(lsscsi -t | grep -c "$TARGET_OPEN")" 5

note "iscsid and iscsiadm"
check "discovery finds the targets" initiator_start
check "the session that iscsistart left logs out" logout_of_adopted
check "its devices go" no_devices

note "CHAP"
check_fails "no login without CHAP" iscsiadm -m node -T "$TARGET_CHAP" -p "$PORTAL" --login
check "a wrong secret" secrets backup wrong-secret-of-16
check_fails "no login with it" iscsiadm -m node -T "$TARGET_CHAP" -p "$PORTAL" --login
like "the initiator was told why" "$output" 'authorization failure'
check "the right secret" secrets backup "$CHAP_SECRET"
check "a login with it" initiator_login "$TARGET_CHAP" "$PORTAL" 1
like "the target knows who it is" "$(capstan iscsi sessions --json)" '"backup"'
check "logout" initiator_logout "$TARGET_CHAP"
check "a wrong secret of the target" secrets backup "$CHAP_SECRET" capstan another-secret-16
check_fails "the initiator does not log in" iscsiadm -m node -T "$TARGET_CHAP" -p "$PORTAL" --login
check "the right one" secrets backup "$CHAP_SECRET" capstan "$CHAP_SECRET_MUTUAL"
check "a login where both prove themselves" initiator_login "$TARGET_CHAP" "$PORTAL" 1
check "logout" initiator_logout "$TARGET_CHAP"
unlike "no secret is in the log" "$(cat "$DAEMON_LOG")" "secret-of-16"

note "digests, IPv6, no unsolicited data"
check "the portal of the other address family" iscsiadm -m node -T "$TARGET_OPEN" -p "$PORTAL_IPV6" -o new
for digest in HeaderDigest DataDigest; do
    initiator_set "$TARGET_OPEN" "node.conn[0].iscsi.$digest" CRC32C || bail "digests"
done
initiator_set "$TARGET_OPEN" node.session.iscsi.InitialR2T Yes || bail "InitialR2T"
initiator_set "$TARGET_OPEN" node.session.iscsi.ImmediateData No || bail "ImmediateData"
check "login" initiator_login "$TARGET_OPEN" "$PORTAL_IPV6" 4
is "headers have digests" "$(connection_attribute header_digest)" 1
is "data has" "$(connection_attribute data_digest)" 1
is "all data is asked for" "$(session_attribute initial_r2t) $(session_attribute immediate_data)" "1 0"
scratch_tape 4 0
head -c 40M /dev/urandom >"$work/data"
check "tar writes blocks of 8 MiB" tar -b 16384 -cf "$T" -C "$work" data
check "and of 10 KiB behind them" tar -cf "$T" -C /etc hostname passwd
check "rewind" mt-st -f "$T" rewind
check "tar compares" tar -b 16384 -df "$T" -C "$work"
check "asf 1" mt-st -f "$T" asf 1
check "tar compares the other one" tar -df "$T" -C /etc
check "rewind" mt-st -f "$T" rewind
check "one read is one block" dd if="$T" of="$work/block" bs=8M count=1
is "of 8 MiB" "$(stat -c %s "$work/block")" 8388608
check "rewind" mt-st -f "$T" rewind
check_fails "a read of 4 MiB is too short for it" dd if="$T" of="$work/block" bs=4M count=1
is "and the tape is behind it" "$(tell "$T")" 1
is "the drive says that it takes 8 MiB" "$(sg_raw -r 6 "$G" 05 00 00 00 00 00 2>&1 | grep -o '00 80 00 00')" "00 80 00 00"
check "logout" initiator_logout "$TARGET_OPEN"

note "and as initiators do without being asked"
initiator_set "$TARGET_OPEN" node.session.iscsi.InitialR2T No || bail "InitialR2T"
initiator_set "$TARGET_OPEN" node.session.iscsi.ImmediateData Yes || bail "ImmediateData"
for digest in HeaderDigest DataDigest; do
    initiator_set "$TARGET_OPEN" "node.conn[0].iscsi.$digest" None || bail "digests"
done
check "login" initiator_login "$TARGET_OPEN" "$PORTAL" 4
is "the first data comes unasked" "$(session_attribute initial_r2t) $(session_attribute immediate_data)" "0 1"
check "the cartridge is still loaded" mt-st -f "${TAPE[0]}" rewind
check "and tar compares" tar -b 16384 -df "${TAPE[0]}" -C "$work"
done_testing
