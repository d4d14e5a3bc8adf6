# A real Bacula: a director with a SQLite catalog, a storage daemon with the autochanger, a file daemon. Labels cartridges by
# their barcodes, backs a tree up over the end of a volume, an increment after it, and restores both.
. "$CAPSTAN_GUEST/lib.sh"

for program in bacula-dir bacula-sd bacula-fd bconsole sqlite3; do
    command -v "$program" >/dev/null ||
        bail "$program is installed" "apt-get install bacula-director-sqlite3 bacula-sd bacula-fd bacula-console sqlite3"
done
appliance_use
B=$work/bacula
TREE=/tmp/tree
mkdir -p "$B" "$TREE"

cat >"$B/bacula-dir.conf" <<CONF
Director {
  Name = capstan-dir
  DirAddress = 127.0.0.1
  Password = "console"
  QueryFile = "/etc/bacula/scripts/query.sql"
  WorkingDirectory = "$B"
  PidDirectory = "$B"
  Messages = Standard
}
Catalog {
  Name = Catalog
  dbname = "bacula"
  dbuser = ""
  dbpassword = ""
}
Messages {
  Name = Standard
  append = "$B/messages" = all, !skipped
}
Client {
  Name = capstan-fd
  Address = 127.0.0.1
  Catalog = Catalog
  Password = "fd"
}
Storage {
  Name = Library
  Address = 127.0.0.1
  Password = "sd"
  Device = Changer
  Media Type = LTO
  Autochanger = yes
}
Pool {
  Name = Tapes
  Pool Type = Backup
  AutoPrune = no
}
FileSet {
  Name = Tree
  Include {
    Options {
      signature = SHA256
    }
    File = $TREE
  }
}
JobDefs {
  Name = Defaults
  Client = capstan-fd
  FileSet = Tree
  Storage = Library
  Pool = Tapes
  Messages = Standard
}
Job {
  Name = Backup
  Type = Backup
  Level = Full
  JobDefs = Defaults
}
Job {
  Name = Restore
  Type = Restore
  Where = /tmp/restored
  JobDefs = Defaults
}
CONF

cat >"$B/bacula-fd.conf" <<CONF
FileDaemon {
  Name = capstan-fd
  FDAddress = 127.0.0.1
  WorkingDirectory = "$B"
  Pid Directory = "$B"
}
Director {
  Name = capstan-dir
  Password = "fd"
}
Messages {
  Name = Standard
  director = capstan-dir = all, !skipped
}
CONF

cat >"$B/bconsole.conf" <<CONF
Director {
  Name = capstan-dir
  address = 127.0.0.1
  Password = "console"
}
CONF

device() { # device NUMBER
    cat <<CONF
Device {
  Name = Drive-$1
  Drive Index = $1
  Media Type = LTO
  Archive Device = ${TAPE[$1]}
  Autochanger = yes
  AutomaticMount = yes
  AlwaysOpen = yes
  RemovableMedia = yes
  RandomAccess = no
  Maximum Block Size = 262144
}
CONF
}

cat >"$B/bacula-sd.conf" <<CONF
Storage {
  Name = capstan-sd
  SDAddress = 127.0.0.1
  WorkingDirectory = "$B"
  Pid Directory = "$B"
  Plugin Directory = "/usr/lib/bacula"
}
Director {
  Name = capstan-dir
  Password = "sd"
}
Messages {
  Name = Standard
  director = capstan-dir = all
}
Autochanger {
  Name = Changer
  Device = Drive-0, Drive-1
  Changer Command = "/etc/bacula/scripts/mtx-changer %c %o %S %a %d"
  Changer Device = $CHANGER
}
$(device 0)
$(device 1)
CONF

console() { # console INPUT_LINE...
    printf '%s\n' "$@" | bconsole -c "$B/bconsole.conf" 2>&1
}

# Waits for all jobs and prints what came of the last one: "OK" and nothing else when all is well.
outcome_of_last_job() {
    console wait >/dev/null
    sqlite3 "$B/bacula.db" "select JobStatus, JobErrors from Job order by JobId desc limit 1" |
        sed 's/^T|0$/OK/'
}

volumes() {
    sqlite3 "$B/bacula.db" "select VolumeName || ' ' || VolStatus from Media where VolBytes > 100000 order by VolumeName"
}

note "three cartridges of 48 MiB"
small_cartridges 3 48 >"$work/slots" || bail "cartridges are made"
mapfile -t slots <"$work/slots"
is "three cartridges" "${#slots[@]}" 3

note "the daemons"
sed "s|XXX_DBNAME_XXX|bacula|; s|^cd /var/lib/bacula|cd $B|" /usr/share/bacula-director/make_sqlite3_tables >"$B/make_tables"
check "the catalog is made" sh "$B/make_tables"
check "bacula-sd starts" bacula-sd -c "$B/bacula-sd.conf"
check "bacula-fd starts" bacula-fd -c "$B/bacula-fd.conf"
check "bacula-dir starts" bacula-dir -c "$B/bacula-dir.conf"
for i in $(seq 1 100); do
    console version | grep -q Version && break
    sleep 0.2
done
like "the console talks to the director" "$(console version)" "capstan-dir Version: 9"
output=$(console "update slots storage=Library drive=0")
like "the storage daemon sees the slots" "$output" "3306 Issuing autochanger"

note "labels by barcode"
output=$(console "label storage=Library pool=Tapes drive=0 slots=$(IFS=,; echo "${slots[*]}") barcodes" yes)
printf '%s\n' "$output" | tail -n 20
is "three volumes are in the catalog" "$(sqlite3 "$B/bacula.db" "select count(*) from Media")" 3

note "a full backup over the end of a volume"
cp -a /usr/share/zoneinfo "$TREE/zoneinfo"
for i in 1 2 3; do head -c 20M /dev/urandom >"$TREE/random$i"; done
ln -s random1 "$TREE/link"
mkfifo "$TREE/fifo"
console "run job=Backup yes" >/dev/null
is "the backup is well" "$(outcome_of_last_job)" OK
is "it went over the end of a volume" "$(volumes | grep -c Full)" 1
is "onto another one" "$(volumes | wc -l)" 2
like "the autochanger changed volumes" "$(cat "$B/messages")" '3304 Issuing autochanger "load .*'

note "an incremental one"
echo changed >"$TREE/zoneinfo/changed"
echo new >"$TREE/new"
console "run job=Backup level=Incremental yes" >/dev/null
is "the backup is well" "$(outcome_of_last_job)" OK

note "and back"
console "restore client=capstan-fd where=/tmp/restored select current all done" yes >/dev/null
is "the restore is well" "$(outcome_of_last_job)" OK
check "files are the same" diff -r --no-dereference --exclude=fifo "$TREE" "/tmp/restored$TREE"
is "links are links" "$(readlink "/tmp/restored$TREE/link")" random1
check "a fifo is a fifo" test -p "/tmp/restored$TREE/fifo"
# Bacula keeps whole seconds.
properties() { # properties DIRECTORY
    (cd "$1" && find . -type f -exec stat -c '%n %s %Y %a %U' {} + | sort)
}
is "times and owners are the same" "$(properties "/tmp/restored$TREE")" "$(properties "$TREE")"

[ "$tests_failed" = 0 ] || tail -n 60 "$B/messages"
console "unmount storage=Library drive=0" "unmount storage=Library drive=1" >/dev/null
for daemon in bacula-dir bacula-fd bacula-sd; do
    check "$daemon ends" sh -c "kill \$(cat $B/$daemon.*.pid)"
done
sleep 2
for drive in 0 1; do sg_prevent --allow "${TAPE_SG[$drive]}"; done
rm -rf "$TREE" /tmp/restored
done_testing
