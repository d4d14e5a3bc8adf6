# Functions for scripts that move cartridges between libraries. Sourced behind lib.sh; BARCODE is the cartridge that moves.
# mtx refuses a changer without drives, so the moves of archival libraries are sent by sg_raw.
#
# shellcheck shell=bash

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
