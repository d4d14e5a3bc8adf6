# A backup goes to a bucket, and to one whose objects are archived, and comes back by its changer's moves alone, and its data
# with it. The S3 server is a process in this guest; $CAPSTAN_OUT/s3.classpath, which make test-tiers-s3 writes, says where its
# classes are. It hands out archived objects that were asked for as long as there is a file $S3/hand-out.
. "$CAPSTAN_GUEST/lib.sh"
. "$CAPSTAN_GUEST/tiers.sh"

DATA=/tmp/tier-s3-data
S3=/tmp/tier-s3
S3_PORT=13401
DRIVES=1
BARCODE=TST001L8
rm -rf "$S3"
mkdir "$S3"

cat >/tmp/tier-s3.yaml <<YAML
data-dir: $DATA
store: {chunk-size: 4MiB, reserve: 16MiB}
disks: {watch: false}
api: {socket: $CAPSTAN_SOCKET}
iscsi: {portals: []}
libraries:
  - name: lib0
    drives: {count: 1, personality: ibm-ult3580-td8}
    storage-elements: 4
    import-export-elements: 2
    cartridges: [{prefix: TST, count: 2, medium: LTO-8}]
  - name: bucket0
    drives: {count: 0}
    storage-elements: 4
    import-export-elements: 1
  - name: deep0
    drives: {count: 0}
    storage-elements: 4
    import-export-elements: 1
tiers:
  - {name: bucket, kind: s3, bucket: tapes, prefix: bucket, endpoint: 'http://127.0.0.1:$S3_PORT', credentials-file: $S3/credentials, libraries: [bucket0]}
  - {name: deep, kind: s3, bucket: tapes, prefix: deep, endpoint: 'http://127.0.0.1:$S3_PORT', credentials-file: $S3/credentials, storage-class: deep-archive, poll-seconds: 1, libraries: [deep0]}
links:
  - ends: [{library: lib0, import-export: 1}, {library: bucket0, import-export: 1, keep: false}]
  - ends: [{library: lib0, import-export: 2}, {library: deep0, import-export: 1, keep: true}]
YAML
# The import/export elements of lib0 as mtx counts them, behind four storage elements.
IE_BUCKET=5
IE_DEEP=6

s3_start() {
    local i
    setsid "$("$CAPSTAN_DIST/libexec/find-java" 25)" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx192m \
        -cp "$(cat "$CAPSTAN_OUT/s3.classpath")" io.capstan.fakes.s3.S3Process "$S3" "$S3_PORT" \
        >"$CAPSTAN_OUT/s3.log" 2>&1 </dev/null &
    s3_pid=$!
    for i in $(seq 1 600); do
        grep -q '^s3: ready' "$CAPSTAN_OUT/s3.log" && return 0
        kill -0 "$s3_pid" 2>/dev/null || break
        sleep 0.1
    done
    cat "$CAPSTAN_OUT/s3.log"
    return 1
}

objects() { # objects PREFIX: the keys of chunks
    (cd "$S3/tapes" && find "$1" -name '*.chunk')
}

# What somebody gets who asks for an object.
get_object() { # get_object KEY
    exec 3<>"/dev/tcp/127.0.0.1/$S3_PORT" || return 1
    printf 'GET /tapes/%s HTTP/1.0\r\nRange: bytes=0-63\r\n\r\n' "$1" >&3
    head -c 1000 <&3 | tr -d '\000'
    exec 3>&-
}

journey() { # journey LIBRARY PREFIX ELEMENT
    local library=$1 prefix=$2 element=$3 archive
    archive=$(changer_of "$library")
    settle "$ACTIVE" "$archive"
    note "to $library"
    check "$library: mtx moves it to the linked element" mtx -f "$ACTIVE" transfer 1 "$element"
    unlike "$library: it has left its library" "$(mtx -f "$ACTIVE" status)" "$BARCODE"
    check "$library: it arrives there" await_arrival "$library"
    expect_sense "$library: its changer tells of it" 6 28 1 "$archive" 00 00 00 00 00 00
    check "$library: READ ELEMENT STATUS finds it" is_in_element_status "$archive"
    is "$library: no chunk is left on the node's disk" "$(chunk_count)" 0
    check "$library: they are objects" test "$(objects "$prefix" | wc -l)" -ge 2
    if [ "$library" = deep0 ]; then
        like "$library: which nobody can read" "$(get_object "$(objects "$prefix" | head -n 1)")" InvalidObjectState
    else
        like "$library: which can be read" "$(get_object "$(objects "$prefix" | head -n 1)")" '^HTTP/1.* 206'
    fi
    note "and back"
    check "$library: it is moved to the linked element there" archive_back "$archive"
    if [ "$library" = deep0 ]; then
        check "$library: its chunks have to be restored first" await_restore
        is "$library: until then nothing comes" "$(chunk_count)" 0
        touch "$S3/hand-out"
    fi
    check "$library: it arrives at home" await_arrival lib0
    expect_sense "$library: the changer at home tells of it" 6 28 1 "$ACTIVE" 00 00 00 00 00 00
    verify_backup "$library" "$element"
}

await_restore() {
    local i
    for i in $(seq 1 60); do
        case $(last_job reason) in *'on their way out of tier deep'*) return 0 ;; esac
        sleep 0.2
    done
    capstan job list --all
    return 1
}

check "an S3 server" s3_start
appliance_fresh --config /tmp/tier-s3.yaml
ACTIVE=$(changer_of lib0) CHANGER=$ACTIVE
[ -n "$ACTIVE" ] || bail "a changer with a drive" "$(lsscsi -g)"
settle "$ACTIVE"

note "a backup"
write_backup

journey bucket0 bucket "$IE_BUCKET"
is "bucket0: as its link says, nothing is left there" "$(objects bucket | wc -l)" 0
journey deep0 deep "$IE_DEEP"

note "nothing was written since"
check "away again" mtx -f "$ACTIVE" transfer 1 "$IE_DEEP"
check "it arrives" await_arrival deep0
is "its data is there: nothing is sent" "$(last_job bytesMoved)" 0

check "catalog check" capstan catalog check
check "the daemon ends in order" daemon_stop
kill "$s3_pid"
done_testing
