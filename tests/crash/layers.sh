# What lies between a file system and its disk, and fails: sourced by the guest scripts of this directory.

layer_on() { # layer_on DEVICE MOUNT_POINT
    layer_device=$1 layer_mount=$2
}

layer_table() { # layer_table create|reload TABLE
    local sectors
    sectors=$(blockdev --getsz "$layer_device")
    # shellcheck disable=SC2059 # the table is the format
    dmsetup --noudevsync "$1" data --table "$(printf "$2" "$sectors")"
}

layer_message() { # layer_message WORD...
    dmsetup --noudevsync message data 0 "$@"
}

layer_put() {
    check "the file system is unmounted" umount "$layer_mount"
    check "a layer that does nothing yet" layer_table create "0 %d linear $layer_device 0"
    check "the file system is mounted on it" mount /dev/dm-0 "$layer_mount"
}

layer_switch() { # layer_switch delay|flakey|dust
    local table
    case $1 in
        delay) table="0 %d delay $layer_device 0 5 $layer_device 0 80" ;;
        # Works for some seconds, then fails every write for some.
        flakey) table="0 %d flakey $layer_device 0 3 20 1 error_writes" ;;
        # Blocks that are named fail: every read, and as many writes as is said with each, then it is good again.
        dust) table="0 %d dust $layer_device 0 4096" ;;
    esac
    check "the layer: $1" layer_table reload "$table"
    check "it takes effect" dmsetup --noudevsync resume data
    [ "$1" != dust ] || check "blocks can go bad" layer_message enable
}

# Where a file is on the layer: number of the first block, and how many, a line for each extent.
layer_extents() { # layer_extents FILE
    filefrag -v -b4096 "$1" 2>/dev/null | sed -nE 's/^ *[0-9]+: *[0-9]+\.\. *[0-9]+: *([0-9]+)\.\. *[0-9]+: *([0-9]+):.*/\1 \2/p'
}

layer_bad() { # layer_bad BLOCK FAILING_WRITES
    layer_message addbadblock "$1" "$2" >/dev/null 2>&1
}

newest_chunk() {
    find "$layer_mount" -name '*.chunk' -printf '%T@ %p\n' 2>/dev/null | sort -n | tail -n 1 | cut -d' ' -f2-
}

# Blocks go bad for as long as it is let: some of the chunk that was written last, and some behind it, where the next ones go.
layer_rots() {
    local file first count ahead
    while sleep 0.2; do
        file=$(newest_chunk)
        [ -n "$file" ] || continue
        layer_extents "$file" | tail -n 1 | while read -r first count; do
            layer_bad $((first + RANDOM % count)) 1
            for ahead in 1 2 3 4; do
                layer_bad $((first + count + RANDOM % 1024)) $((1 + RANDOM % 3))
            done
        done
    done
}

# The block of the layer that has a byte of a file.
layer_block() { # layer_block FILE OFFSET
    filefrag -v -b4096 "$1" 2>/dev/null |
        sed -nE 's/^ *[0-9]+: *([0-9]+)\.\. *([0-9]+): *([0-9]+)\.\. *[0-9]+: *[0-9]+:.*/\1 \2 \3/p' |
        awk -v block=$(($2 / 4096)) '$1 <= block && block <= $2 { print $3 + block - $1 }'
}
