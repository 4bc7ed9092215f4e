#!/usr/bin/env bash
# The whole chain on this machine: a drawn flight, the model, the tracker, places on the ground, a thin link and the
# station's page. On a terminal the page stays until Ctrl-C; elsewhere it ends by itself, with a summary either way.
set -euo pipefail
cd "$(dirname "$0")/.."
arete=.build/release/arete
flight=out/flight
run=out/run

children=()
end() {
    for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
    wait
}
trap end EXIT

free_port() { # udp or tcp
    python3 -c 'import socket, sys
kind = socket.SOCK_DGRAM if sys.argv[1] == "udp" else socket.SOCK_STREAM
line = socket.socket(socket.AF_INET, kind)
line.bind(("127.0.0.1", 0))
print(line.getsockname()[1])' "$1"
}

if [ ! "$flight/truth.json" -nt .build/release/SampleFlight ]; then
    echo "make run: draws a drone's flight into $flight (once, some 15 s)"
    mkdir -p "$(dirname "$flight")"
    .build/release/SampleFlight "$flight"
fi
# Each run is another sender's first: nothing of an earlier one is left.
rm -rf "$run"
mkdir -p "$run"
"$arete" link pair drone -o "$run/drone.pairing" >/dev/null
up=$(free_port udp)
thin=$(free_port udp)
page=127.0.0.1:8460
(exec 3<>/dev/tcp/127.0.0.1/8460) 2>/dev/null && page=127.0.0.1:$(free_port tcp)

"$arete" station --listen "udp:127.0.0.1:$up" --pairing "$run/drone.pairing" --store "$run/station.db" \
    --terrain "$flight/terrain" --page "$page" --json >"$run/station.jsonl" 2>"$run/station.log" &
children+=($!)
python3 Benchmarks/link/thin_link.py --listen "$thin" --to "127.0.0.1:$up" --rate 200 --loss 0.1 --every 0 --json \
    >"$run/thin_link.json" 2>"$run/thin_link.log" &
children+=($!)
for _ in $(seq 100); do
    grep -q 'page at' "$run/station.log" && break
    kill -0 "${children[0]}" 2>/dev/null || { cat "$run/station.log" >&2; exit 1; }
    sleep 0.1
done
address="http://$page/"
echo "make run: the station's page is at $address"
if [ -t 1 ]; then
    echo "          this one lets you in: $address#token=$(<"$run/station.db.token")"
else
    echo "          what lets you in is in $run/station.db.token"
fi
echo "make run: a drone searches a slope for 76 s; its sightings go to the station through 200 bytes a second, a tenth of it lost"

sed -e "s|udp:127.0.0.1:7401|udp:127.0.0.1:$thin|" -e "s|out/flight/drone.pairing|$run/drone.pairing|" \
    -e "s|out/flight/spool|$run/spool|" -e "s|out/flight/results.jsonl|$run/results.jsonl|" \
    docs/pipelines/sample-flight.json >"$run/pipeline.json"
date +%s%3N >"$run/began"
"$arete" run "$run/pipeline.json"
# What the drone told last is still under way.
sleep 3
kill "${children[1]}"
wait "${children[1]}" || true
python3 scripts/run_summary.py "http://$page" "$run" "$flight/truth.json"
if [ -t 1 ]; then
    echo "make run: the flight is over; the page stays at $address until Ctrl-C"
    wait "${children[0]}"
fi
