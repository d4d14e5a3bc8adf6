# dump and restore: a file system with levels 0 and 1 on one tape, restored from both.
. "$CAPSTAN_GUEST/lib.sh"

for program in dump restore; do
    command -v "$program" >/dev/null || bail "$program is installed" "apt-get install dump"
done
appliance_use
scratch_tape 3 0
image=/tmp/image.ext2
tree=/tmp/dumped
back=/tmp/restored

note "a file system"
modprobe loop 2>/dev/null
mkdir -p "$tree" "$back"
check "mke2fs" mke2fs -q -t ext2 "$image" 64M
check "mount" mount -o loop "$image" "$tree"
cp -a /usr/share/zoneinfo "$tree/zoneinfo"
head -c 12M /dev/urandom >"$tree/random"
ln -s random "$tree/link"
ln "$tree/random" "$tree/hard"
sync

note "level 0 and level 1, one behind the other"
check "dump level 0" dump -0 -u -D /tmp/dumpdates -b 64 -f "$T" "$tree"
sleep 2
echo later >"$tree/later"
sync
check "dump level 1" dump -1 -u -D /tmp/dumpdates -b 64 -f "$T" "$tree"
is "two files are on the tape" "$(file_and_block "$T" | cut -d, -f1)" 2

note "what is on it"
check "rewind" mt-st -f "$T" rewind
check "restore -t" restore -t -b 64 -f "$T"
like "it lists what was dumped" "$output" "/zoneinfo/Europe$"
check "rewind" mt-st -f "$T" rewind
check "restore -C compares" restore -C -b 64 -f "$T" -D "$tree"
unlike "all is as it was dumped" "$output" 'changed|not match|unable to stat'

note "and back"
check "rewind" mt-st -f "$T" rewind
check "restore level 0" sh -c "cd $back && restore -r -b 64 -f $T"
# restore stops behind the last record that it needs, in front of the filemark.
check "to the second file" mt-st -f "$T" fsf 1
check "restore level 1" sh -c "cd $back && restore -r -b 64 -f $T"
rm -f "$back/restoresymtable"
check "everything is the same" diff -r --no-dereference "$tree" "$back"
is "hard links are hard links" "$(stat -c %h "$back/random")" 2
umount "$tree"
rm -rf "$image" "$tree" "$back" /tmp/dumpdates
done_testing
