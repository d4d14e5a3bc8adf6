# The daemon is killed at any time while cartridges are moved: every cartridge stays in exactly one element, every move
# that was acknowledged holds, and the one in flight happened or did not.
. "$CAPSTAN_GUEST/lib.sh"

ROUNDS=6

# "ELEMENT BARCODE" of every full element.
placement() {
    mtx -f "$CHANGER" status | sed -n \
        -e 's/^ *Storage Element \([0-9]*\)\( IMPORT.EXPORT\)\?:Full :VolumeTag=\([^ ]*\) *$/slot\1 \3/p' \
        -e 's/^Data Transfer Element \([0-9]*\):Full.*VolumeTag = \([^ ]*\) *$/drive\1 \2/p' | sort
}

# Moves cartridges among slots 1 .. 24 until a move fails. Writes "FROM TO" before each move and "done" after it.
mover() { # mover SEED
    local from to
    RANDOM=$1
    while :; do
        mapfile -t full < <(sed -n 's/^slot\([0-9]*\) .*/\1/p' "$work/model" | awk '$1 <= 24')
        mapfile -t all < <(seq 1 24)
        from=${full[RANDOM % ${#full[@]}]}
        to=${all[RANDOM % 24]}
        grep -q "^slot$to " "$work/model" && continue
        echo "$from $to" >"$work/in-flight"
        mtx -f "$CHANGER" transfer "$from" "$to" >"$work/mtx" 2>&1 || return 1
        sed -i "s/^slot$from /slot$to /" "$work/model"
        : >"$work/in-flight"
        echo . >>"$work/moves"
    done
}

moves() {
    wc -l <"$work/moves"
}

# A kill before the first move of a round would test nothing.
a_move_is_made() { # a_move_is_made BEFORE
    local i
    for i in $(seq 1 600); do
        [ "$(moves)" -gt "$1" ] && return 0
        sleep 0.1
    done
    return 1
}

appliance_fresh
seed=$((RANDOM * 32768 + RANDOM))
note "seed $seed"
placement >"$work/model"
cut -d' ' -f2 "$work/model" | sort >"$work/barcodes"
check "there are cartridges" test "$(wc -l <"$work/barcodes")" -ge 10
: >"$work/moves"

for round in $(seq 1 $ROUNDS); do
    : >"$work/in-flight"
    moves_before=$(moves)
    mover $((seed + round)) &
    mover_pid=$!
    check "round $round: cartridges are moved" a_move_is_made "$moves_before"
    sleep "0.$((seed / round % 9 + 1))"
    check "round $round: the daemon is killed" daemon_kill
    check "round $round: it starts again" appliance_start
    for _ in $(seq 1 100); do
        kill -0 "$mover_pid" 2>/dev/null || break
        sleep 0.1
    done
    # The move that waited in the ring failed, or the next one met the restart.
    kill "$mover_pid" 2>/dev/null
    wait "$mover_pid" 2>/dev/null
    settle "$CHANGER"
    placement >"$work/after"
    is "round $round: no cartridge is lost or doubled" "$(cut -d' ' -f2 "$work/after" | sort)" "$(cat "$work/barcodes")"
    sort -o "$work/model" "$work/model"
    if cmp -s "$work/after" "$work/model"; then
        pass "round $round: the inventory is that of the acknowledged moves"
    else
        read -r from to <"$work/in-flight" || from=none to=none
        sed "s/^slot$from /slot$to /" "$work/model" | sort >"$work/model-and-move"
        if cmp -s "$work/after" "$work/model-and-move"; then
            pass "round $round: the inventory is that of the acknowledged moves and the one in flight"
        else
            fail "round $round: the inventory" "in flight: $from to $to" "$(diff "$work/model" "$work/after")"
        fi
    fi
    cp "$work/after" "$work/model"
done
note "$(moves) moves"
check "the catalog is consistent" capstan catalog check

note "with cartridges in drives"
a=$(sed -n 's/^slot\([0-9]*\) .*/\1/p' "$work/model" | sort -n | head -n 1)
check "load" mtx -f "$CHANGER" load "$a" 3
placement >"$work/before"
check "the daemon is killed" daemon_kill
check "it starts again" appliance_start
placement >"$work/after"
same_file "the inventory is the same" "$work/before" "$work/after"
like "the drive knows where its cartridge came from" "$(mtx -f "$CHANGER" status)" "^Data Transfer Element 3:Full \(Storage Element $a Loaded\)"
check "and it can be unloaded" mtx -f "$CHANGER" unload "$a" 3
done_testing
