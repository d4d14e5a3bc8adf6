# One round of tests/crash/run: looks at what the last power cut left, then writes on four drives until the next one. A
# journal outside the guest says, for each drive and round, how many records were synchronized before the power went.
#
# round.env in the output directory says ROUND, LAYER (what lies between file system and disk), OVERWRITE (whether writing
# begins at the beginning of the tapes), MIRRORED (whether there is a second disk with a copy of everything, which then is
# the one that fails, so that no writer may notice) and LAST (whether this round only looks, at everything).
. "$CAPSTAN_GUEST/lib.sh"
. "$CAPSTAN_OUT/round.env"

. "$CAPSTAN_CHECKOUT/tests/crash/layers.sh"

DATA=$CAPSTAN_DISK/data
pools=''
if [ "$MIRRORED" = 1 ]; then
    pools=", pools: [ { name: default, copies: 2, directories: [ $DATA/store, $CAPSTAN_DISK_2/store ] } ]"
    layer_on /dev/ubdb "$CAPSTAN_DISK_2"
else
    layer_on /dev/ubda "$CAPSTAN_DISK"
fi
JOURNAL=$CAPSTAN_OUT/journal
mkdir -p "$JOURNAL"

seed() { # seed DRIVE ROUND
    echo $(($1 * 100000 + $2))
}

synchronized() { # synchronized DRIVE ROUND
    tail -n 1 "$JOURNAL/$1.$2" 2>/dev/null | grep . || echo 0
}

# Rounds whose records are on the tape of a drive, oldest first: one file of the tape each.
rounds_of() { # rounds_of DRIVE
    ls "$JOURNAL" | sed -n "s/^$1\.\([0-9]*\)$/\1/p" | sort -n
}

file_is_whole() { # file_is_whole DRIVE FILE ROUND
    local tape=${TAPE[$1]}
    check "drive $1: to file $2" sh -c "mt-st -f $tape rewind && { [ $2 = 0 ] || mt-st -f $tape fsf $2; }"
    is "drive $1: file $2, of round $3, is whole" \
        "$(tapetool tail "$tape" "$(seed "$1" "$3")" 0 1 65536)" "$(cat "$JOURNAL/$1.$3.final") end"
}

# If the last round began to overwrite the tape, either nothing of it is there or it has replaced everything.
settle_overwriting() { # settle_overwriting DRIVE
    local drive=$1 tape=${TAPE[$1]} round found
    [ -f "$JOURNAL/$drive.overwriting" ] || return 0
    round=$(cat "$JOURNAL/$drive.overwriting")
    mt-st -f "$tape" rewind
    found=$(tapetool tail "$tape" "$(seed "$drive" "$round")" 0 1 65536 2>/dev/null) || found='0 other'
    if [ "${found%% *}" = 0 ]; then
        is "drive $drive: nothing of what overwrites was synchronized" "$(synchronized "$drive" "$round")" 0
        rm -f "$JOURNAL/$drive.$round"
    else
        for old in $(rounds_of "$drive"); do
            [ "$old" = "$round" ] || rm -f "$JOURNAL/$drive.$old" "$JOURNAL/$drive.$old.final"
        done
    fi
    rm -f "$JOURNAL/$drive.overwriting"
}

look() { # look DRIVE
    local drive=$1 tape=${TAPE[$1]} file=0 round promised found rounds start
    settle_overwriting "$drive"
    rounds=$(rounds_of "$drive")
    for round in $rounds; do
        if [ ! -f "$JOURNAL/$drive.$round.final" ]; then
            promised=$(synchronized "$drive" "$round")
            mt-st -f "$tape" rewind
            [ "$file" = 0 ] || check "drive $drive: to file $file" mt-st -f "$tape" fsf "$file"
            start=$(tell "$tape")
            found=$(tapetool tail "$tape" "$(seed "$drive" "$round")" 0 1 65536 2>&1)
            # No filemark ends them, which st says with EIO; that it is the end of data, the drive must say.
            like "drive $drive: whole records of round $round, in order" "$found" '^[0-9]+ (end|EIO)$'
            check "drive $drive: to the end of data" mt-st -f "$tape" eod
            is "drive $drive: the data ends behind them" "$(tell "$tape")" $((start + ${found%% *}))
            check "drive $drive: $promised were synchronized, ${found%% *} are there" test "${found%% *}" -ge "$promised"
            echo "$round $drive $promised ${found%% *}" >>"$CAPSTAN_OUT/survivors"
            echo "${found%% *}" >"$JOURNAL/$drive.$round.final"
            check "drive $drive: a filemark behind them" mt-st -f "$tape" weof 1
        elif [ "$LAST" = 1 ] || [ $((RANDOM % 3)) = 0 ]; then
            file_is_whole "$drive" "$file" "$round"
        fi
        file=$((file + 1))
    done
    sync
}

# The disk itself works while the last round is looked at; what comes then fails and dawdles.
[ "$LAST" = 1 ] || [ "$LAYER" = none ] || layer_put
mkdir -p "$DATA" /etc/capstan
cat >/etc/capstan/crash.yaml <<YAML
data-dir: $DATA
store: { chunk-size: 1MiB, reserve: 16MiB$pools }
api: { socket: $CAPSTAN_SOCKET }
libraries:
  - { name: lib0, drives: { count: 4 }, cartridges: [ { prefix: CAP, count: 4 } ] }
YAML
check "the appliance starts" appliance_start --config /etc/capstan/crash.yaml
find_devices
for drive in 0 1 2 3; do
    [ -n "$(barcode_in_drive $drive)" ] || check "a cartridge for drive $drive" mtx -f "$CHANGER" load $((drive + 1)) $drive
    check "drive $drive is ready" wait_ready "${TAPE[$drive]}"
    check "drive $drive: variable blocks" mt-st -f "${TAPE[$drive]}" setblk 0
    look $drive
done
check "the catalog is consistent" capstan catalog check
echo "$ROUND $tests_failed" >"$CAPSTAN_OUT/looked"
sync
[ "$tests_failed" = 0 ] || exit 1
if [ "$LAST" = 1 ]; then
    check "the daemon stops" daemon_stop
    check "and the files say the same" "$CAPSTAN_DIST/bin/capstan" format verify "$DATA/store"
    done_testing
fi

writes() { # writes DRIVE
    tapetool journal "${TAPE[$1]}" "$(seed "$1" "$ROUND")" 1 65536 60 "$JOURNAL/$1.$ROUND"
    [ "$MIRRORED" = 0 ] || echo "round $ROUND, drive $1" >>"$CAPSTAN_OUT/refused"
}

for drive in 0 1 2 3; do
    if [ "$OVERWRITE" = 1 ]; then
        check "drive $drive: rewind" mt-st -f "${TAPE[$drive]}" rewind
        echo "$ROUND" >"$JOURNAL/$drive.overwriting"
    else
        check "drive $drive: to the end of data" mt-st -f "${TAPE[$drive]}" eod
    fi
done
sync
[ "$LAYER" = none ] || layer_switch "$LAYER"
for drive in 0 1 2 3; do
    writes $drive &
done
[ "$LAYER" != dust ] || layer_rots &
echo "$ROUND" >"$CAPSTAN_OUT/writing"
sync
wait
# Writers that were refused: the power is cut all the same.
sleep 3600
