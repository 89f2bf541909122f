#!/usr/bin/env bash
# Thirty minutes of noise and silence through `wenlu talk --from`: nothing may be answered.
#
#     benches/noise.sh ../shared/speech/noise [MINUTES]
#
# Each minute is one noise of the folder, looped from another place and at another level,
# or two of them together; every sixth minute is silence or a machine's hiss. The same each
# time. Needs sox. `docs/recognition.md` has the result.
set -euo pipefail
folder=${1:?the folder of noises}
minutes=${2:-30}
wenlu=${WENLU:-target/release/wenlu}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mapfile -t noises < <(find "$folder" -name '*.wav' ! -name 'rir*' | sort)
gains=(-3 -9 -15 -21 -27 0)
minute() { # NUMBER FILE
    local i=$1 out=$2 one two gain=${gains[$1 % 6]} from=$(($1 * 7 % 9))
    one=${noises[i % ${#noises[@]}]}
    two=${noises[(i * 3 + 1) % ${#noises[@]}]}
    case $((i % 6)) in
    4) sox -R -m "|sox -R '$one' -p repeat 9 trim $from 60" "|sox -R '$two' -p repeat 9 trim $((from / 2)) 60" -r 16000 -c 1 -b 16 "$out" gain "$gain" ;;
    5) if ((i % 12 == 5)); then sox -R -n -r 16000 -c 1 -b 16 "$out" trim 0 60
       else sox -R -n -r 16000 -c 1 -b 16 "$out" synth 60 pinknoise gain "$gain"; fi ;;
    *) sox -R "$one" -r 16000 -c 1 -b 16 "$out" repeat 9 trim "$from" 60 gain "$gain" ;;
    esac
}
for ((i = 0; i < minutes; i++)); do minute "$i" "$work/$(printf %02d "$i").wav" 2>/dev/null; done
"$wenlu" talk --from "$work"/*.wav
