# What hosts see when blocks of a disk go bad (dm-dust): without a second copy, MEDIUM ERROR for the records that are in
# them and for no other; with one on another disk, nothing.
. "$CAPSTAN_GUEST/lib.sh"
. "$CAPSTAN_CHECKOUT/tests/crash/layers.sh"

RECORDS=40
MIN=20000
MAX=60000
DATA=$CAPSTAN_DISK/data
SINGLE=$CAPSTAN_DISK_2/single
DOUBLE=$CAPSTAN_DISK_2/double
DRIVES=2

# The block that the middle of a record is in, of the copy that is on the disk that goes bad.
block_of_record() { # block_of_record DIRECTORY SEED RECORD
    local chunk offset
    while read -r chunk; do
        offset=$(tapetool find "$chunk" "$2" "$3" $MIN $MAX) || continue
        layer_block "$chunk" $((offset + MIN / 2))
        return
    done < <(find "$1" -name '*.chunk')
}

# What the page cache still has of a bad block is whole.
drop_caches() {
    sync
    echo 3 >/proc/sys/vm/drop_caches
}

survey() { # survey DRIVE SEED
    tapetool survey "${TAPE[$1]}" "$2" $RECORDS $MIN $MAX
}

# What is written next goes behind what was written last.
spoil_what_comes_next() {
    local extent first count ahead
    extent=$(layer_extents "$(newest_chunk)" | tail -n 1)
    read -r first count <<<"$extent"
    for ahead in $(seq 0 40 8000); do
        layer_bad $((first + count + ahead)) 255
    done
}

layer_on /dev/ubdb "$CAPSTAN_DISK_2"
layer_put
layer_switch dust
mkdir -p "$DATA" /etc/capstan
cat >/etc/capstan/bad-blocks.yaml <<YAML
data-dir: $DATA
store:
  chunk-size: 1MiB
  reserve: 16MiB
  pools:
    - { name: single, directories: [ $SINGLE ] }
    - { name: double, copies: 2, directories: [ $CAPSTAN_DISK/double, $DOUBLE ] }
api: { socket: $CAPSTAN_SOCKET }
libraries:
  - { name: lib0, drives: { count: $DRIVES }, cartridges: [ { prefix: SGL, count: 1 } ] }
YAML
check "the appliance starts" appliance_start --config /etc/capstan/bad-blocks.yaml
find_devices
check "a cartridge with two copies" capstan cartridge create --library lib0 --pool double --prefix DBL --count 1
good=$(printf '.%.0s' $(seq 1 $RECORDS))
for drive in 0 1; do
    scratch_tape $((drive + 1)) $drive
    check "drive $drive: $RECORDS records" tapetool write "${TAPE[$drive]}" $drive 0 $RECORDS $MIN $MAX
    check "drive $drive: synchronized" mt-st -f "${TAPE[$drive]}" weof 1
    is "drive $drive: all can be read" "$(survey $drive $drive)" "$good"
done

note "blocks that cannot be read"
single=$(block_of_record "$SINGLE" 0 20)
double=$(block_of_record "$DOUBLE" 1 20)
check "record 20 is in block $single, and in block $double" test -n "$single" -a -n "$double"
layer_bad "$single" 0
layer_bad "$double" 0
drop_caches
for drive in 0 1; do
    check "drive $drive: unload" mtx -f "$CHANGER" unload $((drive + 1)) $drive
    check "drive $drive: load" mtx -f "$CHANGER" load $((drive + 1)) $drive
    settle "${TAPE_SG[$drive]}"
    check "drive $drive is ready" wait_ready "${TAPE[$drive]}"
done
is "without a copy record 20 is an error, the others can be read" "$(survey 0 0)" "${good:0:20}E${good:21}"
check "to record 20" mt-st -f "${TAPE[0]}" seek 20
drop_caches
expect_sense "it is a medium error" 3 11 00 -r 65536 "${TAPE_SG[0]}" 08 00 01 00 00 00
is "with a copy all can be read" "$(survey 1 1)" "$good"
is "and again" "$(survey 1 1)" "$good"

listed() {
    capstan chunk list --bad --json | jq -r '.copies | length'
}
# Readers may have done with the copy that is whole.
check "a scrub looks at every copy" capstan store scrub start
for _ in $(seq 1 60); do
    ! daemon_log | grep -q 'its bad copy on disk .* was repaired' || break
    sleep 1
done
drop_caches
like "the copy that has another is repaired, as the log says" "$(daemon_log)" 'its bad copy on disk .* was repaired from disk'
is "the one that has none is listed as bad" "$(listed)" 1
moved=$(block_of_record "$DOUBLE" 1 20)
check "record 20 is in another block now: $moved" test -n "$moved" -a "$moved" != "$double"

note "blocks that cannot be written"
for drive in 0 1; do
    check "drive $drive: to the end of data" mt-st -f "${TAPE[$drive]}" eod
done
spoil_what_comes_next
refused=$(tapetool journal "${TAPE[0]}" 10 $MIN $MAX 5 "$work/journal")
like "without a copy a write is refused: $refused" "$refused" '^[0-9]+ EIO$'
synchronized=$(tail -n 1 "$work/journal" 2>/dev/null | grep . || echo 0)
check "with a copy no write is refused" tapetool write "${TAPE[1]}" 11 0 400 $MIN $MAX
check "nor synchronizing" mt-st -f "${TAPE[1]}" weof 1
like "although one of the two failed" "$(daemon_log)" 'fail|dropped|cannot|error'

note "the disk is good again"
layer_message disable
check "without a copy: to what was written" sh -c "mt-st -f ${TAPE[0]} rewind && mt-st -f ${TAPE[0]} fsf 2"
found=$(tapetool tail "${TAPE[0]}" 10 0 $MIN $MAX 2>&1)
like "whole records in order" "$found" '^[0-9]+ (end|EIO)$'
check "$synchronized were synchronized, ${found%% *} are there" test "${found%% *}" -ge "$synchronized"
is "and all that was there before" "$(survey 0 0)" "$good"
check "with a copy: to what was written" sh -c "mt-st -f ${TAPE[1]} rewind && mt-st -f ${TAPE[1]} fsf 2"
is "all of it" "$(tapetool tail "${TAPE[1]}" 11 0 $MIN $MAX)" "400 end"
is "and all that was there before" "$(survey 1 1)" "$good"
# Who starts anew does not wait for a disk that failed again and again.
check "the daemon stops" daemon_stop
check "it starts" appliance_start --config /etc/capstan/bad-blocks.yaml
is_consistent() {
    local i
    for i in $(seq 1 20); do
        capstan catalog check && return
        sleep 2
    done
    return 1
}
check "the disk that failed is brought up to date, and the catalog is consistent" is_consistent
done_testing
