# Encryption by stenc: with its key the data come back, with another or none they do not, and the disk never sees either.
. "$CAPSTAN_GUEST/lib.sh"

appliance_use
scratch_tape 7 0
token=$(head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
for i in 1 2; do
    # No line feed in it, so that grep can look for it.
    head -c 200 /dev/urandom | tr -d '\n\0' | head -c 32 | od -An -v -tx1 | tr -d ' \n' >"$work/key$i"
    printf '\nbackup key %s\n' "$i" >>"$work/key$i"
done
{ head -c 500000 /dev/urandom; printf '%s' "$token"; head -c 500000 /dev/urandom; } >"$work/secret"
cp "$work/secret" "$work/plain"

write_file() { # write_file FILE
    dd if="$1" of="$T" bs=64k status=none
}

read_file() { # read_file FILE
    rm -f "$1"
    dd if="$T" of="$1" bs=64k status=none
}

note "on"
check "stenc -e on" stenc -f "$G" -e on -k "$work/key1" -a 1
check "stenc shows its status" stenc -f "$G" --detail
like "the drive encrypts" "$output" "Drive Encryption: +on|Encrypting"
like "the key's description is the drive's" "$output" "backup key 1"
check "a file is written" write_file "$work/secret"
mt-st -f "$T" rewind
check "stenc looks at the volume" stenc -f "$G" --detail
like "the volume is encrypted with this key" "$output" "Encrypted and able to decrypt"
check "it is read" read_file "$work/read"
same_file "it is what was written" "$work/secret" "$work/read"

note "another key, none, and the right one again"
mt-st -f "$T" rewind
check "stenc -e on, another key" stenc -f "$G" -e on -k "$work/key2" -a 1
check "stenc looks at the volume" stenc -f "$G" --detail
like "the key is wrong" "$output" "unable to decrypt due to invalid key"
like "whose key it was is told" "$output" "backup key 1"
check_fails "it cannot be read" read_file "$work/read"
mt-st -f "$T" rewind
expect_sense "READ with another key" 7 74 03 -r 65536 "$G" 08 00 01 00 00 00
check "stenc -e off" stenc -f "$G" -e off -a 1
expect_sense "READ without a key" 7 74 01 -r 65536 "$G" 08 00 01 00 00 00
check "stenc -e on, the right key" stenc -f "$G" -e on -k "$work/key1" -a 1
mt-st -f "$T" rewind
check "it is read" read_file "$work/read"
same_file "it is what was written" "$work/secret" "$work/read"

note "mixed"
check "stenc -e off" stenc -f "$G" -e off -a 1
check "a file is written in clear" write_file "$work/plain"
check "stenc -e mixed" stenc -f "$G" -e mixed -k "$work/key1" -a 1
mt-st -f "$T" rewind
check "the encrypted file is read" read_file "$work/read"
same_file "it is what was written" "$work/secret" "$work/read"
check "the other one is read" read_file "$work/read"
same_file "it is what was written" "$work/plain" "$work/read"
check "stenc -e on, the right key" stenc -f "$G" -e on -k "$work/key1" -a 1
mt-st -f "$T" rewind
mt-st -f "$T" fsf 1
expect_sense "READ of what is not encrypted" 7 74 02 -r 65536 "$G" 08 00 01 00 00 00

note "the disk"
mt-st -f "$T" rewind
is "the token is on the disk once, in the file written in clear" "$(cat $(chunk_files) | grep -a -o "$token" | wc -l)" 1
key=$(head -n 1 "$work/key1")
printf "$(printf '%s' "$key" | sed 's/../\\x&/g')" >"$work/key1.raw"
is "the key has 32 bytes" "$(stat -c %s "$work/key1.raw")" 32
find_key() {
    find "$DATA" /run /var/log "$DAEMON_LOG" -type f -exec cat {} + 2>/dev/null |
        LC_ALL=C grep -a -c -F -f <(printf '%s\n' "$key"; cat "$work/key1.raw")
}
is "the key is nowhere" "$(find_key)" 0

note "--ckod"
check "stenc --ckod" stenc -f "$G" -e on -k "$work/key1" -a 1 --ckod
check "the cartridge goes" mt-st -f "$T" offline
check "stenc shows its status" stenc -f "$G"
like "the key went with it" "$output" "Drive Encryption: +off|Not encrypting"
done_testing
