# Persistent reservations, which over TCMU are the kernel's: register, reserve, report, preempt, release, clear.
. "$CAPSTAN_GUEST/lib.sh"

appliance_use
scratch_tape 4 0
persist() {
    sg_persist "$@" "$G"
}

check "REPORT CAPABILITIES" persist --in --report-capabilities
check "READ KEYS" persist --in --read-keys
like "nobody has registered" "$output" "there are NO registered"
check "REGISTER AND IGNORE EXISTING KEY" persist --out --register-ignore --param-sark=abc123
check "READ KEYS" persist --in --read-keys
like "the key is there" "$output" "0xabc123"
check "RESERVE, exclusive access" persist --out --reserve --param-rk=abc123 --prout-type=3
check "READ RESERVATION" persist --in --read-reservation
like "whose it is" "$output" "0xabc123"
like "of what type" "$output" "Exclusive Access"
check "READ FULL STATUS" persist --in --read-full-status
like "the holder" "$output" "Reservation holder|reservation holder"
check "who holds it can write" tapetool write "$T" 71 0 4 1000 65536
check_fails "RESERVE with another key" persist --out --reserve --param-rk=1 --prout-type=3
check "RELEASE" persist --out --release --param-rk=abc123 --prout-type=3
check "READ RESERVATION" persist --in --read-reservation
like "none is held" "$output" "there is NO reservation held"
check "REGISTER, another key" persist --out --register --param-rk=abc123 --param-sark=def456
check "RESERVE, write exclusive, all registrants" persist --out --reserve --param-rk=def456 --prout-type=7
check "PREEMPT of itself" persist --out --preempt --param-rk=def456 --param-sark=def456 --prout-type=3
check "CLEAR" persist --out --clear --param-rk=def456
check "READ KEYS" persist --in --read-keys
like "nobody is left" "$output" "there are NO registered"
done_testing
