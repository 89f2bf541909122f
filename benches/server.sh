#!/usr/bin/env bash
# The server under load: terminals that each ask a spoken question every 20 s.
#
#   benches/server.sh load FOLDER [SECONDS]  # 1, 4, 16 and 64 terminals, two minutes each
#   benches/server.sh soak FOLDER [SECONDS]  # four terminals for an hour; the memory every minute
#   benches/server.sh crowd FOLDER           # 10,000 idle connections beside one terminal
#
# FOLDER holds the recordings (WAV) that are asked, one after the other. Starts `wenlu serve`
# (WENLU, else target/release/wenlu) on a port of its own with a state folder of its own; the
# speech cache is the usual one. Needs curl. `docs/performance.md` has the results.
set -euo pipefail
cd "$(dirname "$0")/.."

what=${1:?load, soak or crowd} folder=${2:?a folder of recordings}
wenlu=${WENLU:-target/release/wenlu}
work=$(mktemp -d)
port=18080
trap 'kill "$server" 2>/dev/null; wait; rm -rf "$work"' EXIT

cat >"$work/wenlu.toml" <<SETTINGS
[server]
listen = "127.0.0.1:$port"
requests_per_second = 1000
heavy_requests_per_second = 1000
[folders]
state = "$work/state"
SETTINGS
"$wenlu" --config "$work/wenlu.toml" serve >"$work/log" 2>&1 &
server=$!
until curl -fs "http://127.0.0.1:$port/healthz" >/dev/null; do sleep 0.2; done

memory() { awk '/^VmRSS/ { printf "%d MB", $2 / 1000 }' "/proc/$server/status"; }
terminals() { cargo bench -q --bench terminals -- "127.0.0.1:$port" "$folder"/*.wav "$@"; }

case $what in
load)
    echo "before: $(memory)"
    for number in 1 4 16 64; do
        terminals "${3:-120}" "$number"
        echo "then: $(memory)"
    done
    curl -fs "http://127.0.0.1:$port/metrics" | grep '^wenlu_refused' || true
    ;;
soak)
    (while sleep 60; do echo "$(date +%H:%M) $(memory)"; done) &
    trap 'kill "$server" %2 2>/dev/null; wait; rm -rf "$work"' EXIT
    terminals "${3:-3600}" 4
    echo "then: $(memory)"
    ;;
crowd)
    # From one address, then from forty: together they may fill every place.
    for addresses in 1 40; do
        echo "== from $addresses"
        terminals 60 1 &
        sleep 5
        python3 benches/crowd.py "127.0.0.1:$port" --addresses "$addresses"
        echo "then: $(memory)"
        wait $!
    done
    curl -fs "http://127.0.0.1:$port/metrics" | grep '^wenlu_refused' || true
    ;;
*)
    sed -n '2,10s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac
