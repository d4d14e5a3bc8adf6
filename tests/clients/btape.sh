# Bacula's own test of a drive and its changer: btape test, rectest and autochanger with mtx-changer.
. "$CAPSTAN_GUEST/lib.sh"

appliance_use
[ -n "$(barcode_in_slot 1)" ] || bail "a cartridge in slot 1" "$(mtx -f "$CHANGER" status)"

mkdir -p "$work/bacula"
cat >"$work/bacula/bacula-sd.conf" <<CONF
Storage {
  Name = capstan-sd
  WorkingDirectory = "$work/bacula"
  Pid Directory = "$work/bacula"
  Plugin Directory = "/usr/lib/bacula"
}
Director {
  Name = capstan-dir
  Password = "none"
}
Messages {
  Name = Standard
  stdout = all
}
Autochanger {
  Name = Changer
  Device = Drive-0
  Changer Command = "/etc/bacula/scripts/mtx-changer %c %o %S %a %d"
  Changer Device = $CHANGER
}
Device {
  Name = Drive-0
  Drive Index = 0
  Media Type = LTO
  Archive Device = ${TAPE[0]}
  Changer Device = $CHANGER
  Changer Command = "/etc/bacula/scripts/mtx-changer %c %o %S %a %d"
  Autochanger = yes
  AutomaticMount = yes
  AlwaysOpen = yes
  RemovableMedia = yes
  RandomAccess = no
  # btape writes 10000 blocks: with this length they fit the guest's memory.
  Maximum Block Size = 16384
}
CONF

btape() { # btape INPUT_LINE...
    printf '%s\n' "$@" | /usr/sbin/btape -c "$work/bacula/bacula-sd.conf" "${TAPE[0]}" 2>&1
}

# A blank tape in drive 0.
scratch_tape 1 0

output=$(btape test y y y y y y quit)
printf '%s\n' "$output"
like "write, rewind and re-read" "$output" "Read the first 10000 records|10000 blocks re-read correctly"
like "append files test" "$output" "This is correct"
unlike "nothing is reported as not working" "$output" "[Nn]ot work|[Ff]ail|incorrect|ERR=|Error"

output=$(btape rectest y quit)
printf '%s\n' "$output" | tail -n 40
unlike "rectest reports no error" "$output" "ERR=|Error|not equal"

check "an empty drive for the autochanger test" mtx -f "$CHANGER" unload 1 0
output=$(btape autochanger y y y quit)
printf '%s\n' "$output"
like "the autochanger works" "$output" "The test worked|The test autochanger worked|worked"
unlike "and reports no error" "$output" "[Ff]ail|ERR=|Error"
done_testing
