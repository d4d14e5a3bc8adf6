# The changer: every verb of mtx, every error with the sense the ch driver and backup software look at.
. "$CAPSTAN_GUEST/lib.sh"

inventory() {
    mtx -f "$CHANGER" status | grep Element | sed 's/ *$//'
}

u16() { # u16 FILE OFFSET
    od -An -tu1 -j "$2" -N 2 "$1" | awk '{ print $1 * 256 + $2 }'
}

# Two CDB bytes of an element address.
address() {
    printf '%02x %02x' $(($1 >> 8)) $(($1 & 255))
}

move() { # move SOURCE DESTINATION: the CDB of MOVE MEDIUM by the default transport
    echo "a5 00 00 00 $(address "$1") $(address "$2") 00 00 00 00"
}

appliance_use
check "mtx inquiry" mtx -f "$CHANGER" inquiry
like "it is a medium changer" "$output" "Product Type: Medium Changer"
check "mtx status" mtx -f "$CHANGER" status
like "it has four drives" "$output" "Storage Changer $CHANGER:4 Drives, [0-9]+ Slots \( [0-9]+ Import/Export \)"
slots=$(slot_count)
ie_count=$(mtx -f "$CHANGER" status | sed -n 's/.*( \([0-9]*\) Import.*/\1/p')
ie=$((slots - ie_count + 1))
is "the import/export elements come last" "$(mtx -f "$CHANGER" status | sed -n "s/.*Storage Element \([0-9]*\) IMPORT.*/\1/p" | head -n 1)" "$ie"
before=$(inventory)

# Two full slots and two empty ones to work with.
mapfile -t full < <(mtx -f "$CHANGER" status | sed -n 's/^ *Storage Element \([0-9]*\):Full.*/\1/p')
mapfile -t empty < <(mtx -f "$CHANGER" status | sed -n 's/^ *Storage Element \([0-9]*\):Empty.*/\1/p')
[ ${#full[@]} -ge 3 ] && [ ${#empty[@]} -ge 2 ] || bail "three full and two empty slots" "$before"
a=${full[0]} b=${full[1]} c=${full[2]} x=${empty[0]} y=${empty[1]}
barcode_a=$(barcode_in_slot "$a")
barcode_b=$(barcode_in_slot "$b")
barcode_c=$(barcode_in_slot "$c")

note "load and unload"
check "load slot $a into drive 0" mtx -f "$CHANGER" load "$a" 0
is "the cartridge is in the drive" "$(barcode_in_drive 0)" "$barcode_a"
like "mtx knows where it came from" "$(inventory)" "^Data Transfer Element 0:Full \(Storage Element $a Loaded\)"
is "the slot is empty" "$(barcode_in_slot "$a")" ""
check "the drive becomes ready" wait_ready "${TAPE[0]}"
check_fails "load into a full drive" mtx -f "$CHANGER" load "$b" 0
check_fails "load from an empty slot" mtx -f "$CHANGER" load "$x" 1
check "unload to another slot" mtx -f "$CHANGER" unload "$x" 0
is "the cartridge is there" "$(barcode_in_slot "$x")" "$barcode_a"
check_fails "unload an empty drive" mtx -f "$CHANGER" unload "$a" 0
check "transfer it home" mtx -f "$CHANGER" transfer "$x" "$a"
is "the inventory is as before" "$(inventory)" "$before"
for drive in 1 2 3; do
    check "load drive $drive" mtx -f "$CHANGER" load "$a" "$drive"
    check "unload drive $drive" mtx -f "$CHANGER" unload "$a" "$drive"
done
check "load without numbers takes the first cartridge" mtx -f "$CHANGER" first 0
check "next" mtx -f "$CHANGER" next 0
is "next took the second one" "$(barcode_in_drive 0)" "$barcode_b"
check "unload without numbers" mtx -f "$CHANGER" unload
is "the inventory is as before" "$(inventory)" "$before"

note "transfer"
check "transfer to an empty slot" mtx -f "$CHANGER" transfer "$a" "$x"
is "the cartridge is there" "$(barcode_in_slot "$x")" "$barcode_a"
check "and back" mtx -f "$CHANGER" transfer "$x" "$a"
check_fails "transfer to a full slot" mtx -f "$CHANGER" transfer "$a" "$b"
check_fails "transfer from an empty slot" mtx -f "$CHANGER" transfer "$x" "$y"
check_fails "transfer from a slot that does not exist" mtx -f "$CHANGER" transfer 9999 "$x"
check "transfer to an import/export element" mtx -f "$CHANGER" transfer "$a" "$ie"
like "mtx shows it there" "$(inventory)" "Storage Element $ie IMPORT.EXPORT:Full :VolumeTag=$barcode_a"
check "and back into the library" mtx -f "$CHANGER" transfer "$ie" "$a"
is "the inventory is as before" "$(inventory)" "$before"

note "exchange"
check "exchange of two slots" mtx -f "$CHANGER" exchange "$a" "$b"
is "the first has the second's cartridge" "$(barcode_in_slot "$a")" "$barcode_b"
is "the second has the first's" "$(barcode_in_slot "$b")" "$barcode_a"
check "exchange with a second destination" mtx -f "$CHANGER" exchange "$a" "$b" "$x"
is "the moved cartridge" "$(barcode_in_slot "$b")" "$barcode_b"
is "the displaced cartridge" "$(barcode_in_slot "$x")" "$barcode_a"
is "the source is empty" "$(barcode_in_slot "$a")" ""
check "transfer it home" mtx -f "$CHANGER" transfer "$x" "$a"
check_fails "exchange with an empty slot" mtx -f "$CHANGER" exchange "$a" "$x"
is "the inventory is as before" "$(inventory)" "$before"

note "eepos, inventory, position"
check "eepos on a transfer to an import/export element" mtx -f "$CHANGER" eepos 1 transfer "$a" "$ie"
check "and back" mtx -f "$CHANGER" eepos 0 transfer "$ie" "$a"
check "inventory" mtx -f "$CHANGER" inventory
check "position" mtx -f "$CHANGER" position "$a"
is "the inventory is as before" "$(inventory)" "$before"

note "sense data"
sg_raw -r 24 -o "$work/page1d" "$CHANGER" 1a 08 1d 00 18 00 >/dev/null 2>&1
is "the element address assignment page has 20 bytes" "$(od -An -tu1 -j 5 -N 1 "$work/page1d" | tr -d ' ')" 18
mt0=$(u16 "$work/page1d" 6)
st0=$(u16 "$work/page1d" 10)
ie0=$(u16 "$work/page1d" 14)
dt0=$(u16 "$work/page1d" 18)
is "it counts the slots as mtx does" "$(u16 "$work/page1d" 12)" "$((slots - ie_count))"
is "and the drives" "$(u16 "$work/page1d" 20)" 4
settle "$CHANGER"
element() { # element MTX_SLOT: its address
    echo $((st0 + $1 - 1))
}
# shellcheck disable=SC2046 # CDB bytes
{
    expect_sense "destination full" 5 3b 0d "$CHANGER" $(move "$(element "$a")" "$(element "$b")")
    expect_sense "source empty" 5 3b 0e "$CHANGER" $(move "$(element "$x")" "$(element "$y")")
    expect_sense "unknown source element" 5 21 01 "$CHANGER" $(move 65000 "$(element "$x")")
    expect_sense "unknown destination element" 5 21 01 "$CHANGER" $(move "$(element "$a")" 65000)
    expect_sense "unknown transport element" 5 21 01 "$CHANGER" a5 00 fd e8 $(address "$(element "$a")") $(address "$(element "$x")") 00 00 00 00
    expect_sense "a transport that cannot turn cartridges over" 5 24 00 "$CHANGER" a5 00 00 00 $(address "$(element "$a")") $(address "$(element "$x")") 00 00 01 00
    expect_sense "the transport by its address" 0 0 0 "$CHANGER" a5 00 $(address "$mt0") $(address "$(element "$a")") $(address "$(element "$x")") 00 00 00 00
    expect_sense "and back" 0 0 0 "$CHANGER" a5 00 $(address "$mt0") $(address "$(element "$x")") $(address "$(element "$a")") 00 00 00 00
    expect_sense "an exchange with an empty element" 5 3b 0e "$CHANGER" a6 00 00 00 $(address "$(element "$a")") $(address "$(element "$x")") $(address "$(element "$a")") 00 00
    expect_sense "positioning to an unknown element" 5 21 01 "$CHANGER" 2b 00 00 00 fd e8 00 00 00 00
    expect_sense "an unknown operation code" 5 20 00 "$CHANGER" c5 00 00 00 00 00 00 00 00 00
    expect_sense "load by address" 0 0 0 "$CHANGER" $(move "$(element "$a")" "$dt0")
    expect_sense "loaded twice" 5 3b 0d "$CHANGER" $(move "$(element "$b")" "$dt0")

    settle "${TAPE_SG[0]}"
    expect_sense "removal is prevented" 0 0 0 "${TAPE_SG[0]}" 1e 00 00 00 01 00
    expect_sense "a move out of a drive that prevents removal" 5 53 02 "$CHANGER" $(move "$dt0" "$(element "$a")")
    check_fails "mtx sees that too" mtx -f "$CHANGER" unload "$a" 0
    expect_sense "an unload of the drive itself" 5 53 02 "${TAPE_SG[0]}" 1b 00 00 00 00 00
    expect_sense "removal is allowed" 0 0 0 "${TAPE_SG[0]}" 1e 00 00 00 00 00
    expect_sense "and the move goes" 0 0 0 "$CHANGER" $(move "$dt0" "$(element "$a")")
    expect_sense "an empty drive is not ready" 2 3a 00 "${TAPE_SG[0]}" 00 00 00 00 00 00

    expect_sense "the door of an import/export element opens" 0 0 0 "$CHANGER" 1b 00 $(address "$ie0") 00 00
    expect_sense "and closes" 0 0 0 "$CHANGER" 1b 00 $(address "$ie0") 01 00
}

note "the ch driver's view: elements are counted from 0"
is "CHIOMOVE to a full slot" "$(tapetool move "$CHANGER_SCH" st $((a - 1)) st $((b - 1)))" EXFULL
is "CHIOMOVE from an empty slot" "$(tapetool move "$CHANGER_SCH" st $((x - 1)) st $((y - 1)))" EBADE
is "CHIOMOVE to an unknown slot" "$(tapetool move "$CHANGER_SCH" st $((a - 1)) st 9999)" EBADSLT
is "CHIOMOVE to a drive" "$(tapetool move "$CHANGER_SCH" st $((c - 1)) dt 2)" ok
is "the cartridge is there" "$(barcode_in_drive 2)" "$barcode_c"
is "CHIOMOVE to a full drive" "$(tapetool move "$CHANGER_SCH" st $((a - 1)) dt 2)" EXFULL
is "CHIOMOVE back" "$(tapetool move "$CHANGER_SCH" dt 2 st $((c - 1)))" ok
is "the inventory is as before" "$(inventory)" "$before"
done_testing
