# cpio to tape and back.
. "$CAPSTAN_GUEST/lib.sh"

appliance_use
scratch_tape 5 3

tree=$work/tree
mkdir -p "$tree/a/b"
for i in 1 2 3 4 5 6; do
    tapetool generate "$i" 0 5 1 300000 >"$tree/a/file$i"
done
ln -s file1 "$tree/a/link"
echo text >"$tree/a/b/text"

write_archive() { # write_archive OPTION...
    (cd "$tree" && find . -depth -print | cpio -o "$@" -O "$T")
}
read_archive() { # read_archive OPTION...
    (cd "$work/restored" && cpio -idm "$@" -I "$T")
}

check "cpio -o with blocks of 5120 bytes" write_archive -H newc -B
check "cpio -o with blocks of 65536 bytes" write_archive -H newc -C 65536
check "rewind" mt-st -f "$T" rewind
for option in -B "-C 65536"; do
    rm -rf "$work/restored"
    mkdir "$work/restored"
    # shellcheck disable=SC2086 # an option and its value
    check "cpio -i $option" read_archive $option
    check "the tree is the same" diff -r "$tree" "$work/restored"
    # cpio stops at its trailer; the filemark is still ahead.
    [ "$option" != -B ] || check "asf 1" mt-st -f "$T" asf 1
done
check "asf 1" mt-st -f "$T" asf 1
check "cpio -t" cpio -t -C 65536 -I "$T"
like "it lists the files" "$output" "^a/file6$"
done_testing
