# The drive through the st driver's ioctls, as mt sends them.
. "$CAPSTAN_GUEST/lib.sh"

mt() {
    mt-st -f "$T" "$@"
}

at() { # at NAME FILE,BLOCK OBJECT: where the driver and the drive say the tape is
    is "$1: file and block" "$(file_and_block "$T")" "$2"
    is "$1: logical object" "$(tell "$T")" "$3"
}

appliance_use
scratch_tape 1 0
check "mt status" mt status
like "it is at the beginning and online" "$output" "BOT ONLINE"
like "in variable block mode" "$output" "Tape block size 0 bytes"

# Three files of 5, 7 and 3 records: blocks 0-4, filemark 5, blocks 6-12, filemark 13, blocks 14-16, filemark 17.
check "first file" tapetool write "$T" 11 0 5 100 70000
check "second file" tapetool write "$T" 12 0 7 100 70000
check "third file" tapetool write "$T" 13 0 3 100 70000
at "after writing" 3,0 18

check "rewind" mt rewind
at "at the beginning" 0,0 0
check "fsf 1" mt fsf 1
at "fsf" 1,0 6
check "the second file is there" tapetool verify "$T" 12 0 7 100 70000
check "fsf to the third" mt fsf 1
at "fsf from within a file" 2,0 14
check "bsf 1" mt bsf 1
at "bsf" 1,-1 13
check "bsf 1 again" mt bsf 1
at "bsf again" 0,-1 5
check "asf 2" mt asf 2
at "asf" 2,0 14
check "bsfm 2" mt bsfm 2
at "bsfm" 1,0 6
check "rewind" mt rewind
check "fsfm 1" mt fsfm 1
at "fsfm" 0,-1 5
check "rewind" mt rewind
check "fsr 3" mt fsr 3
at "fsr" 0,3 3
check "the fourth record comes" tapetool verify "$T" 11 3 1 100 70000
check "bsr 2" mt bsr 2
at "bsr" 0,2 2
check "eod" mt eod
is "eod: file" "$(file_and_block "$T" | cut -d, -f1)" 3
is "eod: logical object" "$(tell "$T")" 18
like "status knows the end of data" "$(mt status)" "EOD"
check "seek 9" mt seek 9
is "seek" "$(tell "$T")" 9
check "the record there is the fourth of the second file" tapetool verify "$T" 12 3 1 100 70000
check "seek 0" mt seek 0
is "seek to the beginning" "$(tell "$T")" 0
check "asf 0" mt asf 0
at "asf to the beginning" 0,0 0

note "what cannot be"
check_fails "bsr at the beginning" mt bsr 1
check "rewind" mt rewind
check_fails "fsr over a filemark" mt fsr 9
is "it stopped behind the filemark" "$(tell "$T")" 6
check "rewind" mt rewind
check_fails "fsf over the end of data" mt fsf 9
is "it stopped at the end of data" "$(tell "$T")" 18
check "rewind" mt rewind
check_fails "bsf over the beginning" mt bsf 1
check_fails "seek over the end of data" mt seek 5000

note "filemarks"
check "seek to the end" mt eod
check "weof 3" mt weof 3
is "three filemarks" "$(tell "$T")" 21
expect_sense "one more, without waiting for the medium" 0 0 0 "$G" 10 01 00 00 01 00
is "it counts" "$(tell "$T")" 22
check "bsf 4" mt bsf 4
is "back over four" "$(tell "$T")" 18
check "weof in the middle ends the data there" mt asf 1
check "weof 1" mt weof 1
is "the data has one filemark more" "$(tell "$T")" 7
is "and nothing behind it" "$(tapetool read "$T" 65536)" EIO
check "rewind" mt rewind
check "the first file is whole" tapetool verify "$T" 11 0 5 100 70000

note "fixed blocks"
check "rewind" mt rewind
check "setblk 1024" mt setblk 1024
like "status shows it" "$(mt status)" "Tape block size 1024 bytes"
tapetool generate 21 0 64 1024 1024 >"$work/fixed"
check "64 blocks in writes of 16" dd if="$work/fixed" of="$T" bs=16k
is "every block counts" "$(tell "$T")" 65
check "rewind" mt rewind
check "read them in reads of 8" dd if="$T" of="$work/fixed.back" bs=8k
same_file "they are the same" "$work/fixed" "$work/fixed.back"
check "rewind" mt rewind
check "setblk 2048" mt setblk 2048
is "a wrong block length is an error" "$(tapetool read "$T" 2048)" EIO
check "setblk 0" mt setblk 0
check "rewind" mt rewind
is "in variable mode a block is a record" "$(tapetool read "$T" 65536)" 1024

note "erase"
check "rewind" mt rewind
check "erase" mt erase 0
check "rewind" mt rewind
is "nothing is left" "$(tapetool read "$T" 65536)" EIO
check "rewind" mt rewind
check "eod" mt eod
is "the end of data is the beginning" "$(tell "$T")" 0

note "compression switch"
check "compression 1" mt compression 1
check "compression 0" mt compression 0
check "compression 1 again" mt compression 1

note "unload, load, lock"
check "write a file" tapetool write "$T" 14 0 3 100 70000
check "offline" mt offline
like "the drive has no medium mounted" "$(mt status 2>&1)" "DR_OPEN|No medium found"
expect_sense "and says so" 2 3a 00 "$G" 00 00 00 00 00 00
check "load" mt load
check "it becomes ready" wait_ready "$T"
is "load leaves the tape at its beginning" "$(tell "$T")" 0
check "the file is there" tapetool verify "$T" 14 0 3 100 70000
check "lock" mt lock
check_fails "mtx unload while locked" mtx -f "$CHANGER" unload 1 0
check "unlock" mt unlock
check "lock again" mt lock
check "retension" mt retension
# The driver itself unlocks before it unloads.
check "rewoffl while locked" mt rewoffl
check "mtx unload" mtx -f "$CHANGER" unload 1 0

note "the rewinding device rewinds"
check "load again" mtx -f "$CHANGER" load 1 0
check "it becomes ready" wait_ready "$T"
check "write through it" tapetool write "${TAPE_REWIND[0]}" 15 0 4 100 70000
is "the tape is rewound" "$(tell "$T")" 0
check "read through it" tapetool verify "${TAPE_REWIND[0]}" 15 0 4 100 70000
is "the tape is rewound again" "$(tell "$T")" 0
done_testing
