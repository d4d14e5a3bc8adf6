# Four disks with two copies of everything, and a host that writes a tape all the while. One disk says that it is failing: it is
# evacuated, taken out, replaced, and pulled out. Another one dies without a word. Nothing is lost, and people are told what
# happens, and why. The kernel's scsi_debug are the disks; what one of them says of itself is as a smartctl of this script has it.
. "$CAPSTAN_GUEST/disks.sh"

DRIVES=1
DISKS=6
SMARTCTL=/tmp/smartctl
FAILING=/tmp/failing-disk
RECORDS=1200 # behind which tapetool writes a filemark

check "the kernel has SCSI disks" modprobe -a sd_mod sg
check "of the kernel's making" modprobe scsi_debug add_host=$DISKS per_host_store=1 dev_size_mb=256 inq_vendor=SEAGATE \
    inq_product=ST1200MM0098 inq_rev=N004
devices=()
for i in $(seq 1 100); do
    mapfile -t devices < <(lsscsi | awk '/ST1200MM0098/ && $NF ~ "^/dev/sd" { print $NF }')
    [ ${#devices[@]} = $DISKS ] && break
    sleep 0.1
done
is "as many as were asked for" ${#devices[@]} $DISKS
for i in "${!devices[@]}"; do
    mkdir -p "/tmp/disk$i"
    mke2fs -q -t ext4 "${devices[i]}" && mount "${devices[i]}" "/tmp/disk$i" && mkdir "/tmp/disk$i/chunks" ||
        bail "disk $i can be used"
done

# Says that the disk in $FAILING fails, else what smartctl says.
cat >$SMARTCTL <<SH
#!/bin/sh
report=\$(/usr/sbin/smartctl "\$@")
status=\$?
case " \$* " in
    *" \$(cat $FAILING 2>/dev/null || echo none) "*)
        printf '%s\n' "\$report" | jq '.smart_status.passed = false'
        exit \$((status | 8))
        ;;
esac
printf '%s\n' "\$report"
exit \$status
SH
chmod 755 $SMARTCTL

cat >/tmp/disks.yaml <<YAML
data-dir: $DATA
store:
  chunk-size: 1MiB
  reserve: 1MiB
  repair-delay-seconds: 0
  pools:
    - {name: main, copies: 2, directories: [/tmp/disk0/chunks, /tmp/disk1/chunks, /tmp/disk2/chunks, /tmp/disk3/chunks]}
iscsi: {portals: []}
api: {socket: $CAPSTAN_SOCKET}
libraries:
  - name: lib0
    drives: {count: 1}
    storage-elements: 4
    import-export-elements: 0
    cartridges:
      - {prefix: TST, count: 1, medium: LTO-8, capacity: 1GiB}
disks:
  smartctl: $SMARTCTL
  poll-interval-seconds: 10
  free-space-min: 1MiB
  policies:
    - {name: likely, probability: 0.1, action: replace}
    - {name: watch, probability: 0.01, action: alert}
YAML

disk_at() { # disk_at DEVICE: its id
    api GET /v1/disks | jq -r --arg device "$1" '.disks[] | select(.device == $device) | .id'
}

says() { # says NAME EXPRESSION ARGUMENT...: what capstan disk says to a person
    local name=$1 expression=$2
    shift 2
    check "$name" capstan disk "$@"
    like "$name: in words" "$output" "$expression"
}

# A host that writes records while the rest goes on.
writer=''
write_on() { # write_on FIRST
    tapetool write "$T" 81 "$1" $RECORDS 65536 65536 >"$work/writer.log" 2>&1 &
    writer=$!
}
written() {
    wait "$writer"
}

unmounted() { # unmounted DIRECTORY: drives have let go of it within seconds
    local i
    for i in $(seq 1 50); do
        umount "$1" 2>/dev/null && return 0
        sleep 0.2
    done
    umount "$1"
}

check "the daemon starts" appliance_start --config /tmp/disks.yaml || bail "nothing can be tried without it"
check "a cartridge is loaded" mtx -f "$CHANGER" load 1 0
T=${TAPE[0]}
check "its drive is ready" mt-st -f "$T" rewind
first=$(disk_at "${devices[0]}")
second=$(disk_at "${devices[1]}")
check "the disks are read" await_disk "$first" '.disk.presence == "answering" and .disk.pools == ["main"]'
says "they are listed" "^$first +${devices[0]} +answering .* 0\.[0-9]+ % .* main " list

note "a disk says that it is failing"
write_on 0
check "it has chunks" await_disk "$first" '.disk.chunks > 0'
echo "${devices[0]}" >$FAILING
check "it is evacuated and taken out" await_disk "$first" '.disk.cases[0].step == "awaiting-replacement"'
is "it is empty" "$(disk "$first" .disk.chunks)" 0
check "the host noticed nothing" written
says "why" "SMART status says the disk is failing" show "$first"
like "what is being done, and why" "$output" 'being done +to be replaced in pool main: [1-9][0-9.]* % likely to fail within 30 days \(policy likely\)'
like "how sure that is" "$output" 'within +30 days +[0-9.]+ % +\(90 % between [0-9.]+ % and [0-9.]+ %\)'
says "people are told" 'is out of service and wants to be replaced: .*\(policy likely\)' alarms
says "it is replaced" 'it is replaced, and the pool is being evened out' replace "$first" /tmp/disk4/chunks
check "its file system is let go of" unmounted /tmp/disk0
check "it is pulled out" sh -c "echo 1 >/sys/block/${devices[0]#/dev/}/device/delete"
fourth=$(disk_at "${devices[4]}")
check "the new one has chunks" await_disk "$fourth" '.disk.chunks > 0'
check "the old one's life has ended" await_disk "$first" '[.events[].kind] == ["observed", "removed-on-prediction", "replaced-by"]'
is "nobody is told of it any more" "$(alarms_of "$first")" ""

note "a disk dies without a word"
write_on $RECORDS
check "it has chunks" await_disk "$second" '.disk.chunks > 0'
check "it is gone" sh -c "echo 1 >/sys/block/${devices[1]#/dev/}/device/delete"
check "it is taken out" await_disk "$second" '.disk.cases[0].step == "awaiting-replacement"'
check "the host noticed nothing" written
says "what is being done, and why" 'being done +to be replaced in pool main: the disk (is missing|has failed)' show "$second"
says "it is replaced" 'it is replaced, and the pool is being evened out' replace "$second" /tmp/disk5/chunks
check "the new one has chunks" await_disk "$(disk_at "${devices[5]}")" '.disk.chunks > 0'
check "it failed, as nobody foresaw" await_disk "$second" '[.events[].kind] | contains(["failed", "replaced-by"])'

note "nothing is lost"
check "rewind" mt-st -f "$T" rewind
check "all records of the first file are there" tapetool verify "$T" 81 0 $RECORDS 65536 65536
check "the next file" mt-st -f "$T" fsf 1
check "all records of the second file are there" tapetool verify "$T" 81 $RECORDS $RECORDS 65536 65536

note "what a person can ask for"
third=$(disk_at "${devices[2]}")
says "a disk is to be evacuated" 'it is (to be|being) evacuated' evacuate "$third"
says "that is held" 'held' hold "$third"
says "which is shown" 'being done .*\(held\) in pool main: requested by hand' show "$third"
says "and goes on" 'evacuated|empty' release "$third"
says "it is kept after all" 'it stays in service' keep "$third"
says "policies" "likely +30 +probability of 0.1 or more +10.0 % +deactivate-and-replace" policy list
says "what they would have done" "likely +10.0 % +0 +0 +0 +0 +0" policy simulate
like "and why they did nothing" "$output" "no history of a disk reaches a day into that time"
says "how the chance went" "$third +20[0-9-]+ +20[0-9-]+ " predict "$third"
says "what the disks have in common" "SEAGATE ST1200MM0098 +[45] +" clusters
says "which model predicts" "backblaze-2013-2016 +yes" models
says "what a pool risks" "main +2 +" pools
says "which stand out" "." outliers
check "the daemon ends" daemon_stop
done_testing
