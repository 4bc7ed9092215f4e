# Build, run and test Arete. Each target first makes sure that the machine has what it needs (scripts/setup.sh).
SHELL := /bin/bash
MODEL := Models/pcb-defect/model.onnx
TARGET := imaging
SECONDS := 30
SHAPES := $(wildcard Benchmarks/shapes/*.txt)
BENCH := Benchmarks/.cache
PEERS := .build-peers

# In CI a warning is an error. Not elsewhere: other flags than `swift build`'s own would build everything twice.
CI_FLAGS := $(if $(CI),-Xswiftc -warnings-as-errors -Xcc -Werror)

# Named first, as what `make` alone does.
build:

.PHONY: run boards build page test test-camera test-station test-tak test-fleet peers lint format setup fuzz soak bench-models bench-peers bench-kernels bench-pixels bench-watch bench-calibration bench-camera bench-tracking bench-tiles bench-geolocation bench-bytes bench-station clean help

run: build ## a drawn drone flight through model, tracker and thin link to the station's page
	@scripts/setup.sh run
	@swift=$$(scripts/find-swift.sh) && set -x && "$$swift" build -c release --product SampleFlight
	@scripts/run.sh

boards: build ## find defects on the sample boards with the bundled model
	@test -f $(MODEL) || { echo "make boards: $(MODEL) is missing from this checkout" >&2; exit 1; }
	.build/release/arete detect $(MODEL) Models/samples/*.png --draw out/

build: setup page ## leave the command-line program in .build/release/arete
	@swift=$$(scripts/find-swift.sh) && set -x && "$$swift" build -c release --product arete

page: ## list the files of the station's page for the compiler
	@scripts/page.sh

test: setup page ## run all tests
	@scripts/setup.sh video || echo "make test: goes on without video, whose tests are skipped"
	@scripts/setup.sh inspection || echo "make test: goes on without Modbus and codes, whose tests are skipped"
	@scripts/setup.sh link || echo "make test: goes on without other people's programs for links, whose tests are skipped"
	@scripts/setup.sh terrain || echo "make test: goes on without GeoTIFFs, whose tests are skipped"
	@$(MAKE) --silent peers || echo "make test: goes on without PyPI's programs for links, whose tests are skipped"
	@swift=$$(scripts/find-swift.sh) && set -x && "$$swift" test --disable-xctest $(CI_FLAGS)

test-station: build $(PEERS)-page/installed ## drive the station's page in Chromium, with real senders (ARGS="--shots DIR")
	@$(PEERS)-page/bin/python Tests/StationPage/station.py $(ARGS)

test-tak: setup $(PEERS)-tak/installed ## send events through a real FreeTAKServer
	@swift=$$(scripts/find-swift.sh) && set -x && "$$swift" test --disable-xctest --filter TAKServerTests

test-fleet: setup ## two stations, twenty boxes, a RabbitMQ cluster and PostgreSQL, killed under load (minutes)
	@scripts/setup.sh fleet || echo "make test-fleet: goes on without what is missing, whose tests are skipped"
	@swift=$$(scripts/find-swift.sh) && set -x && ARETE_FLEET=1 "$$swift" test --disable-xctest --filter FleetTests

test-camera: setup ## run the tests of cameras and GPIO under a kernel with their drivers, in QEMU
	@scripts/setup.sh camera
	@scripts/test-camera.sh

lint: ## check layout and house rules of all sources
	@scripts/setup.sh lint
	@scripts/lint.sh

format: ## lay out all sources as `make lint` asks
	@scripts/format.sh

setup: ## install what is missing (Debian) and check for Swift
	@scripts/setup.sh

fuzz: ## feed TARGET (a file of Tests/Fuzz) mutated input for SECONDS
	@scripts/setup.sh fuzz
	@scripts/fuzz.sh $(TARGET) $(SECONDS)

bench-models: $(BENCH)/venv/installed ## build the models that the benchmarks measure (once)
	@$(BENCH)/venv/bin/python Benchmarks/models.py

bench-peers: build bench-models ## compare with LiteRT, ONNX Runtime and OpenVINO (ARGS="--quick --models vww")
	@$(BENCH)/venv/bin/python Benchmarks/peers.py $(ARGS)

bench-kernels: setup ## time each kernel on each instruction set, and check it (SHAPES="...")
	@swift=$$(scripts/find-swift.sh) && export ARETE_BENCH=1 && "$$swift" build -c release --product KernelBench && \
		.build/release/KernelBench $(SHAPES)

bench-pixels: setup ## time the conversions of camera pictures beside libyuv's
	@scripts/setup.sh pixels
	@swift=$$(scripts/find-swift.sh) && export ARETE_BENCH=1 && "$$swift" build -c release --product PixelBench && \
		.build/release/PixelBench

bench-watch: setup ## draw cameras' faults onto IMAGES ("photos/*.jpg") and count those told
	@swift=$$(scripts/find-swift.sh) && export ARETE_BENCH=1 && "$$swift" build -c release --product WatchBench && \
		.build/release/WatchBench $(IMAGES)

bench-tiles: setup ## count what the tile gate skips, and what it finds later for it, on drawn views
	@swift=$$(scripts/find-swift.sh) && export ARETE_BENCH=1 && "$$swift" build -c release --product TileBench && \
		.build/release/TileBench

bench-geolocation: setup ## put things in real pictures on the ground (DATA=DIR: poses, mavlink, terrain; see docs/geolocation.md)
	@mkdir -p $(BENCH)/terrain && for tile in $(DATA)/terrain/*.hgt.gz; do \
		[ ! -f "$$tile" ] || gunzip -c "$$tile" > "$(BENCH)/terrain/$$(basename "$$tile" .gz)"; done
	@swift=$$(scripts/find-swift.sh) && export ARETE_BENCH=1 && "$$swift" build -c release --product GeolocationBench && \
		.build/release/GeolocationBench "$(DATA)" $(BENCH)/terrain

bench-camera: build $(BENCH)/camera-venv/installed ## from a frame to its detections, beside OpenCV and ffmpeg with LiteRT (ARGS="--model FILE")
	@scripts/setup.sh video
	@$(BENCH)/camera-venv/bin/python Benchmarks/camera/camera.py $(ARGS)

bench-tracking: build $(BENCH)/tracking-venv/installed ## compare trackers (ARGS="--sequences DIR", in the MOTChallenge layout)
	@$(BENCH)/tracking-venv/bin/python Benchmarks/tracking/tracking.py $(ARGS)

bench-station: build ## load a station with twenty boxes, and ask a day's store (ARGS="--only load")
	@scripts/setup.sh run
	@python3 Benchmarks/station/station.py $(ARGS)

peers: $(PEERS)/installed ## install other people's programs that tests of links talk with

bench-bytes: build $(BENCH)/link-venv/installed ## bytes that a detection takes, by each way out and in formats of others
	@scripts/setup.sh link
	@$(BENCH)/link-venv/bin/python Benchmarks/link/bytes.py $(ARGS)

$(BENCH)/link-venv/installed: Benchmarks/link/requirements.txt
	@scripts/setup.sh bench
	python3 -m venv $(BENCH)/link-venv
	$(BENCH)/link-venv/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

soak: SECONDS := 3600
soak: build ## run failing cameras for SECONDS (3600) and look for growth
	@python3 Benchmarks/soak/soak.py --seconds $(SECONDS) $(ARGS)

$(BENCH)/camera-venv/installed: Benchmarks/camera/requirements.txt
	@scripts/setup.sh bench
	python3 -m venv $(BENCH)/camera-venv
	$(BENCH)/camera-venv/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# norfair asks for an older rich than trackers does; it runs with either.
$(BENCH)/tracking-venv/installed: Benchmarks/tracking/requirements.txt
	@scripts/setup.sh bench
	python3 -m venv $(BENCH)/tracking-venv
	$(BENCH)/tracking-venv/bin/pip install --quiet --disable-pip-version-check --requirement $<
	$(BENCH)/tracking-venv/bin/pip install --quiet --disable-pip-version-check --no-deps norfair==2.1.1

bench-calibration: build $(BENCH)/calibration/installed ## compare with OpenCV on rendered pictures of a chessboard
	@$(BENCH)/calibration/bin/python Benchmarks/calibration/compare.py .build/release/arete

$(BENCH)/calibration/installed: Benchmarks/calibration/requirements.txt
	@scripts/setup.sh bench
	python3 -m venv $(BENCH)/calibration
	$(BENCH)/calibration/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

$(PEERS)/installed: Tests/Peers/requirements.txt
	@scripts/setup.sh link
	python3 -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

$(PEERS)-page/installed: Tests/StationPage/requirements.txt
	@scripts/setup.sh station
	python3 -m venv $(PEERS)-page
	$(PEERS)-page/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

$(PEERS)-tak/installed: Tests/Peers/tak-server-requirements.txt
	@scripts/setup.sh link
	python3 -m venv $(PEERS)-tak
	$(PEERS)-tak/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

$(BENCH)/venv/installed: Benchmarks/requirements.txt
	@scripts/setup.sh bench
	python3 -m venv $(BENCH)/venv
	$(BENCH)/venv/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

clean: ## remove what was built
	rm -rf .build out

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
