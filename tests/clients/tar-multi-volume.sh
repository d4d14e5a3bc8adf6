# tar -M onto cartridges too small for the archive: early warning ends a volume, a script of mtx commands changes it.
. "$CAPSTAN_GUEST/lib.sh"

appliance_use
mapfile -t volumes < <(small_cartridges 4 32)
[ ${#volumes[@]} = 4 ] || bail "four small cartridges in slots" "${volumes[*]}" "$(mtx -f "$CHANGER" status)"
note "slots ${volumes[*]}"

# The next cartridge of the list. tar has closed the device and opens it again.
cat >"$work/change" <<SCRIPT
#!/bin/bash
exec >>"$work/change.log" 2>&1
slots=(${volumes[*]})
echo "volume \$TAR_VOLUME wanted for \$TAR_ARCHIVE"
[ "\$TAR_VOLUME" -le \${#slots[@]} ] || exit 1
mt-st -f ${TAPE[2]} offline || exit 1
mtx -f $CHANGER unload "\${slots[TAR_VOLUME - 2]}" 2 || exit 1
mtx -f $CHANGER load "\${slots[TAR_VOLUME - 1]}" 2 || exit 1
for i in \$(seq 1 100); do
    mt-st -f ${TAPE[2]} status 2>/dev/null | grep -q ONLINE && break
    sleep 0.1
done
mt-st -f ${TAPE[2]} rewind
SCRIPT
chmod 755 "$work/change"

tree=$work/tree
mkdir -p "$tree"
for i in 1 2 3 4 5 6 7; do
    tapetool generate $((90 + i)) 0 12 1048576 1048576 >"$tree/file$i"
done

scratch_tape "${volumes[0]}" 2
check "tar -c over several volumes" tar -b 128 -M -F "$work/change" -cf "$T" -C "$tree" .
cat "$work/change.log"
changes=$(grep -c wanted "$work/change.log")
check "three or four volumes were needed" test "$changes" -ge 2 -a "$changes" -le 3
last=${volumes[changes]}

first_volume() {
    mt-st -f "$T" offline && mtx -f "$CHANGER" unload "$last" 2 && mtx -f "$CHANGER" load "${volumes[0]}" 2 &&
        wait_ready "$T" && mt-st -f "$T" rewind
}
check "back to the first volume" first_volume
: >"$work/change.log"
check "tar -d over several volumes" tar -b 128 -M -F "$work/change" -df "$T" -C "$tree"
is "all volumes were read" "$(grep -c wanted "$work/change.log")" "$changes"

check "back to the first volume" first_volume
mkdir "$work/restored"
check "tar -x over several volumes" tar -b 128 -M -F "$work/change" -xf "$T" -C "$work/restored"
check "the trees are the same" diff -r "$tree" "$work/restored"
rm -rf "$work/restored"

note "what a program sees at early warning: one ENOSPC, room for a trailer, then the end of the tape"
check "back to the first volume" first_volume
check "erase" mt-st -f "$T" erase 0
result=$(tapetool fill "$T" 97 0 65536 65536)
like "writing stops with ENOSPC" "$result" '^[0-9]+ ENOSPC$'
taken=${result%% *}
note "$taken records of 64 KiB to early warning"
check "the cartridge took about its capacity" test "$taken" -ge 384 -a "$taken" -le 512
check "a trailer still goes behind it" tapetool write "$T" 97 "$taken" 1 65536 65536
result=$(tapetool fill "$T" 97 $((taken + 1)) 65536 65536)
note "$result"
check "rewind" mt-st -f "$T" rewind
check "every record that was taken is there" tapetool verify "$T" 97 0 "$taken" 65536 65536
check "unload" mtx -f "$CHANGER" unload "${volumes[0]}" 2
done_testing
