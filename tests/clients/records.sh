# Records of random length, from one byte to the largest the path takes.
. "$CAPSTAN_GUEST/lib.sh"

appliance_use
scratch_tape 3 2
seed=$((RANDOM * 32768 + RANDOM))
note "seed $seed"

check "3000 small records" tapetool write "$T" $seed 0 3000 1 2000
check "300 middling records" tapetool write "$T" $((seed + 1)) 0 300 1 100000
check "60 large records" tapetool write "$T" $((seed + 2)) 0 60 1 1048576
check "rewind" mt-st -f "$T" rewind
is "all small records and the filemark" "$(tapetool tail "$T" $seed 0 1 2000)" "3000 end"
is "all middling records and the filemark" "$(tapetool tail "$T" $((seed + 1)) 0 1 100000)" "300 end"
is "all large records and the filemark" "$(tapetool tail "$T" $((seed + 2)) 0 1 1048576)" "60 end"

note "positions in the middle"
for object in 0 1 2999 3001 3157 3300 3302 3361; do
    case $object in
        [0-9] | [0-9][0-9][0-9] | 2999) series=0 first=0 max=2000 ;;
        33[0-9][2-9] | 336[0-9]) series=2 first=3302 max=1048576 ;;
        *) series=1 first=3001 max=100000 ;;
    esac
    check "seek $object" mt-st -f "$T" seek $object
    check "record $((object - first)) of series $series is there" \
        tapetool verify "$T" $((seed + series)) $((object - first)) 1 1 $max
done

note "overwriting ends the data"
check "seek into the second file" mt-st -f "$T" seek 3101
check "write 10 other records there" tapetool write "$T" $((seed + 3)) 0 10 1 100000
check "rewind" mt-st -f "$T" rewind
is "the first file is whole" "$(tapetool tail "$T" $seed 0 1 2000)" "3000 end"
check "the second has its first 100 records" tapetool verify "$T" $((seed + 1)) 0 100 1 100000
is "then the new ones" "$(tapetool tail "$T" $((seed + 3)) 0 1 100000)" "10 end"
check "eod" mt-st -f "$T" eod
is "the data ends there" "$(tell "$T")" 3112
done_testing
