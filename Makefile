# Everyday commands of a checkout. Each is thin: the work is done by Maven, native/Makefile and the scripts named here.
SHELL := /bin/sh
DIST := appliance/target/capstan
MVN := ./mvnw -B -ntp
UML := tests/kernel/uml/run

help:
	@echo 'make run            the demo appliance, data under var/'
	@echo "make try            the demo appliance in a throw-away kernel, with a shell (CMD='lsscsi -g' for one command)"
	@echo 'make test           every test, from unit tests to tar and mtx on a real kernel'
	@echo 'make simulate SEEDS=n  n runs of a node on a disk that fails and loses power (FIRST=n the first of them)'
	@echo "make bench          benchmarks beside their yardsticks (BENCH='--short', '--case iscsi', '--help')"
	@echo "make profile        where time goes while blocks are written and read, as JDK Flight Recorder saw it"
	@echo 'make crash-test RUNS=n  n power cuts of a guest that writes on four drives (LAYER=dust: whose disk has bad blocks)'
	@echo 'make kill-test RUNS=n  n times kill -9 of the daemon while it writes, repairs, rebuilds (needs make build)'
	@echo 'make kill-test-tiers RUNS=n TIER=vault|s3|s3-archive  the same while cartridges go to a tier and come back'
	@echo 'make test-tiers-s3  a backup goes to S3, and to an archival storage class, and comes back, on a real kernel'
	@echo "make test-s3-real   the contract of tiers against a full S3 server, Ceph's radosgw (installs it, as root)"
	@echo 'make tier-outage ROUNDS=n  what a drive does while the tier of other cartridges is away'
	@echo 'make tier-sizes MIB=n  what archiving again, and reading one file of an archived cartridge of n MiB, move'
	@echo 'make test-disks     disk health on emulated SCSI, ATA, NVMe and RAID disks of real kernels (installs QEMU, as root)'
	@echo 'make limits-test    64 drives, 10,000 cartridges and 1,000 logins in 256 MiB, without descriptors or inodes'
	@echo 'make power-loss-test RUNS=n  n catalogs at every state that a loss of power may leave'
	@echo 'make golden VERSION=vN  the data directory of catalog schema version N that upgrades are tested with from then on'
	@echo 'make build          the distribution directory $(DIST)'
	@echo 'make conformance    rewrite docs/CONFORMANCE.md from the conformance tests'
	@echo 'make setup          install what the above need (Debian packages, as root)'
	@echo 'make format         rewrite the sources in the house format'
	@echo 'make clean          remove what was built (not var/)'

setup:
	@build-tools/setup

build: setup
	$(MVN) -q -DskipTests package
	@touch $(DIST)/bin/capstand

test: setup
	@build-tools/test $(MVN)

SEEDS := 10000
FIRST := 1
simulate: setup
	$(MVN) -pl tests/simulation -am test -Dtest='SimulationTest#nothing*' -Dsurefire.failIfNoSpecifiedTests=false \
		-Dcapstan.simulation.first=$(FIRST) -Dcapstan.simulation.seeds=$(SEEDS) -Dcapstan.simulation.mirrored-seeds=$(SEEDS)

# The data directory of a schema version that UpgradeTest opens from then on.
golden: setup
	$(ON_REQUEST) -pl tests/simulation -Dtest='UpgradeTest#goldenDirectoryIsMade' \
		-Dcapstan.golden=$(CURDIR)/tests/simulation/src/test/resources/io/capstan/simulation/golden/$(VERSION)

RUNS := 10
crash-test: setup $(DIST)/bin/capstand
	@tests/crash/run --runs $(RUNS) --dist $(DIST) $(if $(LAYER),--layer $(LAYER))

ON_REQUEST := $(MVN) -am test -Dsurefire.failIfNoSpecifiedTests=false

kill-test: setup $(DIST)/bin/capstand
	$(ON_REQUEST) -pl tests/contract -Dtest=DaemonKillTest -Dcapstan.kill.runs=$(RUNS) -Dcapstan.distribution=$(abspath $(DIST))

TIER := vault
kill-test-tiers: setup $(DIST)/bin/capstand
	$(ON_REQUEST) -pl tests/contract -Dtest=TierKillTest -Dcapstan.kill.tier-runs=$(RUNS) -Dcapstan.kill.tier=$(TIER) \
		-Dcapstan.distribution=$(abspath $(DIST))

test-tiers-s3: setup $(DIST)/bin/capstand
	$(ON_REQUEST) -pl tests/kernel -Dtest='TierKernelTest#tiersInS3' -Dcapstan.kernel.tests=required -Dcapstan.kernel.s3=on

test-s3-real: setup
	@tests/s3/setup
	@tests/s3/radosgw $(ON_REQUEST) -pl tier -Dtest=S3RealTest -Dcapstan.s3.endpoint={}

ROUNDS := 5
tier-outage: setup $(DIST)/bin/capstand
	$(ON_REQUEST) -pl tests/contract -Dtest=TierOutageTest -Dcapstan.outage.rounds=$(ROUNDS) -Dcapstan.distribution=$(abspath $(DIST))

MIB := 1024
tier-sizes: setup $(DIST)/bin/capstand
	$(ON_REQUEST) -pl tests/contract -Dtest=TierSizesTest -Dcapstan.sizes.mib=$(MIB) -Dcapstan.distribution=$(abspath $(DIST))

test-disks: setup $(DIST)/bin/capstand
	@$(UML) --dist $(DIST) --out tests/disks/target/scsi-disk tests/clients/disk-health.sh
	@$(UML) --memory 3072 --timeout 580 --script-timeout 540 --dist $(DIST) --out tests/disks/target/replaced-disk \
		tests/clients/disk-replace.sh
	@tests/disks/setup
	@tests/disks/run --dist $(DIST) --out tests/disks/target/real-disks tests/disks/real-disks.sh

limits-test: setup $(DIST)/bin/capstand
	$(ON_REQUEST) -pl tests/contract -Dtest=DaemonLimitsTest -Dcapstan.limits=full -Dcapstan.distribution=$(abspath $(DIST))

power-loss-test: setup
	$(ON_REQUEST) -pl java-core -Dtest=CatalogPowerLossTest -Dcapstan.catalog.seeds=$(RUNS)

# The distribution is made again when a source is newer than it.
SOURCES := $(shell find pom.xml */pom.xml */src native/Makefile native/include -type f 2>/dev/null)
$(DIST)/bin/capstand: $(SOURCES)
	$(MAKE) build

run: setup $(DIST)/bin/capstand
	@build-tools/run-demo $(DIST) var/demo

try: setup $(DIST)/bin/capstand
ifdef CMD
	@$(UML) --dist $(DIST) --appliance --command '$(subst ','\'',$(CMD))'
else
	@$(UML) --dist $(DIST) --appliance --shell
endif

BENCH_LIBS := tests/bench/target/libs
$(BENCH_LIBS): $(SOURCES) $(shell find tests/bench/src tests/bench/pom.xml -type f 2>/dev/null)
	$(MVN) -q -DskipTests package
	@touch $@ $(DIST)/bin/capstand

bench: setup $(BENCH_LIBS)
	@tests/bench/setup
	@tests/bench/run $(BENCH)

BENCH_KERNEL := --case kernel
bench-kernel: setup $(BENCH_LIBS)
	@$(UML) --disk bench:8192 --timeout 1800 --command \
		'cd "$(CURDIR)" && tests/bench/run --directory "$$CAPSTAN_DISK/bench" --history /tmp/history $(BENCH_KERNEL)'

profile: setup $(BENCH_LIBS)
	@tests/bench/profile

format:
	$(MVN) -q spotless:apply

conformance:
	$(MVN) -q test -pl tests/conformance -am -Dtest=ConformancePageTest -Dsurefire.failIfNoSpecifiedTests=false \
		-Dcapstan.conformance.write=true

clean:
	$(MVN) -q clean
	$(MAKE) -s -C tests/kernel/tools clean

.PHONY: help setup build test simulate crash-test kill-test kill-test-tiers test-tiers-s3 test-s3-real test-disks tier-outage tier-sizes limits-test power-loss-test run try bench bench-kernel profile format conformance clean
