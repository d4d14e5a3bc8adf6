# Functions for scripts that move cartridges between libraries. Sourced behind lib.sh; BARCODE is the cartridge that moves, out of
# slot 1 of the library with CHANGER, and back to there. mtx refuses a changer without drives, so the moves of archival libraries
# are sent by sg_raw.
#
# shellcheck shell=bash

# Addresses of the first import/export element and the first storage element of an archival library.
IE_ADDRESS='00 0a'
STORAGE_ADDRESS='03 e8'

# The sg device of a library's changer.
changer_of() { # changer_of LIBRARY
    capstan status --json | jq -r --arg unit "$1/changer" '.devices[] | select(.unit == $unit) | .nodes[] | select(startswith("/dev/sg"))'
}

is_in() { # is_in LIBRARY
    capstan library show "$1" --json | jq -e --arg barcode "$BARCODE" 'any(.. | .barcode? // empty; . == $barcode)' >/dev/null
}

# Waits until the cartridge is in a library, without a command to its changer.
await_arrival() { # await_arrival LIBRARY
    local i
    for i in $(seq 1 120); do
        is_in "$1" && return 0
        sleep 0.5
    done
    capstan job list --all
    return 1
}

chunk_count() {
    chunk_files | wc -l
}

last_job() { # last_job FIELD
    capstan job list --all --json | jq -r --arg field "$1" '.jobs | max_by(.job) | .[$field]'
}

archive_move() { # archive_move CHANGER SOURCE DESTINATION: element addresses, two bytes each
    # shellcheck disable=SC2086 # an address is two bytes
    sg_raw "$1" a5 00 00 00 $2 $3 00 00 00 00
}

# From the element it came in by, and there again: a move to the linked element is what sends a cartridge off.
archive_back() { # archive_back CHANGER
    archive_move "$1" "$IE_ADDRESS" "$STORAGE_ADDRESS" && archive_move "$1" "$STORAGE_ADDRESS" "$IE_ADDRESS"
}

# Whether READ ELEMENT STATUS has the cartridge in the first import/export element.
is_in_element_status() { # is_in_element_status CHANGER
    # shellcheck disable=SC2086 # an address is two bytes
    grep -aq "$BARCODE" <(sg_raw -r 4096 -b "$1" b8 13 $IE_ADDRESS 00 01 00 00 10 00 00 00 2>/dev/null)
}

# Has tar back up a directory, which is $tree from now on, of six files and some chunks.
write_backup() {
    local i
    tree=$work/tree
    mkdir -p "$tree"
    for i in $(seq 1 6); do
        tapetool generate "$i" 0 8 1 400000 >"$tree/file$i"
    done
    scratch_tape 1 0
    check "tar writes a backup" tar -b 512 -cf "$T" -C "$tree" .
    check "unload" mtx -f "$CHANGER" unload 1 0
    check "its data is on the node's disk" test "$(chunk_count)" -ge 2
}

verify_backup() { # verify_backup WHEN ELEMENT: the element it is in, as mtx counts them
    check "$1: into its slot" mtx -f "$CHANGER" transfer "$2" 1
    check "$1: load" mtx -f "$CHANGER" load 1 0
    check "$1: the drive is ready" wait_ready "$T"
    check "$1: tar finds no difference" tar -b 512 -df "$T" -C "$tree"
    check "$1: unload" mtx -f "$CHANGER" unload 1 0
}
