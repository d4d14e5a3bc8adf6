# A backup goes to an archival library and comes back by its changer's moves alone, and its data with it. The vault hands out
# what it is asked for some seconds later.
. "$CAPSTAN_GUEST/lib.sh"
. "$CAPSTAN_GUEST/tiers.sh"

DATA=/tmp/tier-data
VAULT=/tmp/tier-vault
DRIVES=1
BARCODE=TST001L8
mkdir -p "$VAULT"
mount -t tmpfs -o size=256m vault "$VAULT" || bail "a file system of the vault's own" "$VAULT"

cat >/tmp/tier.yaml <<YAML
data-dir: $DATA
store: {chunk-size: 4MiB, reserve: 16MiB}
disks: {watch: false}
api: {socket: $CAPSTAN_SOCKET}
iscsi: {portals: []}
recall: {read-ahead: 0B, hold-seconds: 600}
libraries:
  - name: lib0
    drives: {count: 1, personality: ibm-ult3580-td8}
    storage-elements: 4
    import-export-elements: 2
    cartridges: [{prefix: TST, count: 2, medium: LTO-8}]
  - name: vault0
    drives: {count: 0}
    storage-elements: 4
    import-export-elements: 2
tiers:
  - name: vault
    kind: vault
    directory: $VAULT
    libraries: [vault0]
    delay-seconds: 5
    batch-seconds: 1
links:
  - ends:
      - {library: lib0, import-export: 1, keep: false}
      - {library: vault0, import-export: 1, keep: true}
YAML
# Elements as mtx counts them: four storage elements, then the import/export elements, the first of which is linked.
IE=5

# Sets ACTIVE and ARCHIVE, the changers' sg devices.
find_changers() {
    ACTIVE=$(changer_of lib0) ARCHIVE=$(changer_of vault0)
    [ -n "$ACTIVE" ] && [ -n "$ARCHIVE" ] || return 1
    settle "$ACTIVE" "$ARCHIVE"
    CHANGER=$ACTIVE
}

send_away() {
    mtx -f "$ACTIVE" transfer 1 "$IE"
}

appliance_fresh --config /tmp/tier.yaml
find_changers || bail "a changer with a drive and one without" "$(lsscsi -g)"

note "away"
write_backup
check "mtx moves it to the linked element" send_away
unlike "it has left its library" "$(mtx -f "$ACTIVE" status)" "$BARCODE"
check "it arrives in the archive" await_arrival vault0
expect_sense "the archive's changer tells of it" 6 28 1 "$ARCHIVE" 00 00 00 00 00 00
check "READ ELEMENT STATUS finds it there" is_in_element_status "$ARCHIVE"
is "its data is in the vault alone" "$(chunk_count)" 0
check "and there it is" test -n "$(find "$VAULT" -type f -size +1M)"

note "and back"
check "it is moved to the linked element of the archive" archive_back "$ARCHIVE"
check_fails "it has left the archive" is_in vault0
check "it arrives after the vault's delay" await_arrival lib0
expect_sense "the changer tells of it" 6 28 1 "$ACTIVE" 00 00 00 00 00 00
verify_backup "back" "$IE"

note "nothing was written since"
check "away again" send_away
check "it arrives in the archive" await_arrival vault0
is "the vault has its data: nothing is sent" "$(last_job bytesMoved)" 0

note "kill -9 under way"
settle "$ARCHIVE"
check "back" archive_back "$ARCHIVE"
check "the daemon is killed" daemon_kill
check "it starts again" appliance_start --config /tmp/tier.yaml
find_changers || bail "the changers are there again" "$(lsscsi -g)"
check "the job comes to its end by itself" await_arrival lib0
settle "$ACTIVE"
T=${TAPE[0]}
settle "${TAPE_SG[0]}"
verify_backup "after the kill" "$IE"

note "read in the archive's place, without bringing it back"
check "away" send_away
check "it arrives in the archive" await_arrival vault0
check "an estimate" capstan cartridge estimate "$BARCODE"
check "it is offered to the drive" capstan cartridge lend "$BARCODE" lib0
check "it is there" await_arrival lib0
settle "$ACTIVE"
check "load" mtx -f "$ACTIVE" load 1 0
check "the drive is ready" wait_ready "$T"
check "to the end of data" mt -f "$T" eod
check "and to a block" mt -f "$T" seek 30
is "no data has moved" "$(chunk_count)" 0
expect_sense "a write is refused" 7 27 0 "${TAPE_SG[0]}" 10 00 00 00 01 00
check "one block is read while the vault takes its time" dd if="$T" of=/dev/null bs=256k count=1
is "that took one chunk" "$(chunk_count)" 1
check "rewind" mt -f "$T" rewind
check "tar finds no difference" tar -b 512 -df "$T" -C "$tree"
check "unload" mtx -f "$ACTIVE" unload 1 0
check "it goes back" send_away
check "it arrives in the archive" await_arrival vault0
is "and nothing was sent" "$(last_job bytesMoved)" 0
is "its data is in the vault alone" "$(chunk_count)" 0

note "the vault's file system is full"
await_reason() { # await_reason TEXT
    local i
    for i in $(seq 1 60); do
        case $(last_job reason) in *"$1"*) return 0 ;; esac
        sleep 0.5
    done
    capstan job list --all
    return 1
}
vault_chunks() {
    find "$VAULT/chunks" -name '*.chunk' | wc -l
}
settle "$ARCHIVE"
check "back" archive_back "$ARCHIVE"
check "it arrives at home" await_arrival lib0
settle "$ACTIVE"
check "into its slot" mtx -f "$ACTIVE" transfer "$IE" 1
write_backup
here=$(chunk_count) before=$(vault_chunks)
check "there is room for one chunk and a half" mount -o remount,size=$(($(df -k --output=used "$VAULT" | tail -n 1) + 6144))k "$VAULT"
check "away" send_away
check "its job says why it waits" await_reason "No space left on device"
is "nothing is released at home" "$(chunk_count)" "$here"
is "the chunk that fits is in the vault" "$(vault_chunks)" $((before + 1))
is "and nothing that is half" "$(find "$VAULT" -name '*.part' | wc -l)" 0
unlike "it is in no library" "$(mtx -f "$ACTIVE" status)" "$BARCODE"
check "there is room again" mount -o remount,size=256m "$VAULT"
check "it arrives by itself" await_arrival vault0
is "its data is in the vault alone" "$(chunk_count)" 0
settle "$ARCHIVE"
check "back" archive_back "$ARCHIVE"
check "it arrives at home" await_arrival lib0
settle "$ACTIVE"
settle "${TAPE_SG[0]}"
verify_backup "after that" "$IE"
check "catalog check" capstan catalog check
check "the daemon ends in order" daemon_stop
umount "$VAULT"
done_testing
