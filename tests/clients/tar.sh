# tar with the block sizes people use, several archives on one tape, written and compared.
. "$CAPSTAN_GUEST/lib.sh"

appliance_use
scratch_tape 4 0

tree=$work/tree
mkdir -p "$tree/a/b/c" "$tree/empty"
for i in $(seq 1 12); do
    tapetool generate "$i" 0 "$i" 1 400000 >"$tree/a/file$i"
done
: >"$tree/a/b/nothing"
ln -s ../file1 "$tree/a/b/link"
ln "$tree/a/file2" "$tree/a/b/hardlink"
truncate -s 3M "$tree/a/b/c/zeros"
long=$(printf 'x%.0s' $(seq 1 200))
echo long >"$tree/$long"

archive=0
for factor in 20 128 2048; do
    check "tar -b $factor writes an archive" tar -b $factor -cf "$T" -C "$tree" .
    archive=$((archive + 1))
done
check "tar writes another archive behind them" tar -b 64 -cf "$T" -C /etc hostname passwd
is "four archives, four filemarks" "$(file_and_block "$T")" 4,0

archive=0
for factor in 20 128 2048; do
    check "asf $archive" mt-st -f "$T" asf $archive
    check "tar -b $factor -d finds no difference" tar -b $factor -df "$T" -C "$tree"
    archive=$((archive + 1))
done
check "asf 3" mt-st -f "$T" asf 3
check "tar -d of the last" tar -b 64 -df "$T" -C /etc

note "a difference is found"
check "asf 0" mt-st -f "$T" asf 0
printf 'y' | dd of="$tree/a/file12" bs=1 seek=1000 conv=notrunc 2>/dev/null
check_fails "tar -d sees the changed file" tar -b 20 -df "$T" -C "$tree"
like "and names it" "$output" "file12: Contents differ"

note "listing with a larger blocking factor than written"
check "asf 1" mt-st -f "$T" asf 1
check "tar -t" tar -b 2048 -tf "$T"
like "it lists the long name" "$output" "$long"

note "extracting"
check "asf 2" mt-st -f "$T" asf 2
mkdir "$work/restored"
check "tar -x" tar -b 2048 -xf "$T" -C "$work/restored"
check "asf 2 again" mt-st -f "$T" asf 2
check_fails "only the changed file differs" diff -r "$tree" "$work/restored"
is "and nothing else" "$(printf '%s\n' "$output" | grep -c .)" 1

note "appending with the rewinding device overwrites"
check "rewind" mt-st -f "$T" rewind
check "tar to /dev/st0" tar -b 20 -cf "${TAPE_REWIND[0]}" -C /etc hostname
check "tar -d from /dev/st0" tar -b 20 -df "${TAPE_REWIND[0]}" -C /etc
check "eod" mt-st -f "$T" eod
is "one archive is left" "$(file_and_block "$T" | cut -d, -f1)" 1
done_testing
