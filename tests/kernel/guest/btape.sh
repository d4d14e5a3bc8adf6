# What scripts of btape have in common. Sourced behind lib.sh.

mkdir -p "$work/bacula"

btape_configure() { # btape_configure MAXIMUM_BLOCK_BYTES: drive 0 and its changer
    cat >"$work/bacula/bacula-sd.conf" <<CONF
Storage {
  Name = capstan-sd
  WorkingDirectory = "$work/bacula"
  Pid Directory = "$work/bacula"
  Plugin Directory = "/usr/lib/bacula"
}
Director {
  Name = capstan-dir
  Password = "none"
}
Messages {
  Name = Standard
  stdout = all
}
Autochanger {
  Name = Changer
  Device = Drive-0
  Changer Command = "/etc/bacula/scripts/mtx-changer %c %o %S %a %d"
  Changer Device = $CHANGER
}
Device {
  Name = Drive-0
  Drive Index = 0
  Media Type = LTO
  Archive Device = ${TAPE[0]}
  Changer Device = $CHANGER
  Changer Command = "/etc/bacula/scripts/mtx-changer %c %o %S %a %d"
  Autochanger = yes
  AutomaticMount = yes
  AlwaysOpen = yes
  RemovableMedia = yes
  RandomAccess = no
  Maximum Block Size = $1
}
CONF
}

btape() { # btape INPUT_LINE...
    printf '%s\n' "$@" | /usr/sbin/btape -c "$work/bacula/bacula-sd.conf" "${TAPE[0]}" 2>&1
}
