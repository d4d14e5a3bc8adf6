# Functions for guest scripts about physical disks: a daemon that watches them and serves no host, and what it says of them.
#
# shellcheck shell=bash

. "$CAPSTAN_GUEST/lib.sh"

DATA=/var/tmp/disks-data
DIRECTORY=/var/tmp/disks-chunks

# Starts the daemon, which reads disks by the program given: one that is not there has it ask them itself.
disks_start() { # disks_start SMARTCTL [LINE OF SECTION disks]...
    local smartctl=$1
    shift
    mkdir -p "$DIRECTORY"
    {
        cat <<YAML
data-dir: $DATA
store: {chunk-size: 4MiB, reserve: 1MiB, directories: ['$DIRECTORY']}
kernel: {enabled: off}
iscsi: {portals: []}
api: {socket: $CAPSTAN_SOCKET}
libraries:
  - {name: lib0, drives: {count: 1}, storage-elements: 2, import-export-elements: 0}
disks:
  smartctl: $smartctl
  poll-interval-seconds: 10
YAML
        [ $# -eq 0 ] || printf '  %s\n' "$@"
    } >/tmp/disks.yaml
    daemon_start --config /tmp/disks.yaml && daemon_wait
}

# Asks the daemon's API, whose answer is JSON. The command line takes seconds to start here, and perl is everywhere.
api() { # api METHOD PATH
    # shellcheck disable=SC2016 # perl's variables
    perl -MIO::Socket::UNIX -e '
        my $socket = IO::Socket::UNIX->new(Peer => $ENV{CAPSTAN_SOCKET}) or die "no daemon: $!\n";
        print $socket "$ARGV[0] $ARGV[1] HTTP/1.1\r\nHost: capstan\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        local $/;
        my ($head, $body) = split /\r\n\r\n/, <$socket>, 2;
        print $body;
        exit($head !~ m{^HTTP/1.1 2});' "$@"
}

# What the daemon says of a disk, by a jq filter.
disk() { # disk DISK FILTER
    api GET "/v1/disks/$1" | jq -r "$2"
}

# Has the disks read until a filter is true of one of them; shows what is said of it if it never is.
await_disk() { # await_disk DISK FILTER
    local i
    for i in $(seq 1 100); do
        [ "$(disk "$1" "$2" 2>/dev/null)" = true ] && return 0
        [ $((i % 10)) != 1 ] || api POST /v1/disks/poll >/dev/null
        sleep 0.3
    done
    api GET /v1/disks
    api GET "/v1/disks/$1"
    return 1
}

# All disks that the daemon knows, in a line.
disk_ids() {
    api GET /v1/disks | jq -r '[.disks[].id] | sort | join(" ")'
}

alarms_of() { # alarms_of DISK: their messages, in a line
    api GET /v1/disk-alarms | jq -r --arg disk "$1" '[.alarms[] | select(.disk == $disk) | .message] | join("; ")'
}
