#!/usr/bin/env bash
# The tables of docs/speech.md.
#
#   benches/speech.sh times OUT                    on an idle machine, about 4 minutes
#   benches/speech.sh heard OUT LANG SENTENCES [RATES [VOICE…]]   any machine, hours for all
#
# Set PYTHON to a Python that has what benches/speech_reference.py needs, ORIGINAL to the model before its
# preparation and VOCAB to misaki's vocabulary (models/manifest.toml names their packages). PROFILE=dev
# takes a program that is built already: the network's code is optimised there too.
set -euo pipefail
cd "$(dirname "$0")/.."
part=${1:?times or heard} out=${2:?a folder for what is made}
PYTHON=${PYTHON:-python3} PROFILE=${PROFILE:-release}
models=${WENLU_MODELS:-models/files} whisper=${WENLU_MODELS:-models/files}/whisper-base-q8_0.bin
export OMP_WAIT_POLICY=passive
mkdir -p "$out"

# The path of the measuring program, built if need be.
program() {
    cargo build --profile "$PROFILE" --bench speech --message-format=json 2>/dev/null |
        sed -n 's/.*"name":"speech".*"executable":"\([^"]*\)".*/\1/p' | tail -1
}
speech=${SPEECH:-$(program)}
folder=$(if [[ $PROFILE == dev ]]; then echo debug; else echo "$PROFILE"; fi)
wenlu=${WENLU:-target/$folder/wenlu}

# Milliseconds of a command, the best of five.
best_of_five() {
    local best=999999
    for _ in 1 2 3 4 5; do
        local start=${EPOCHREALTIME/./}
        "$@" >/dev/null
        local ms=$(((${EPOCHREALTIME/./} - start) / 1000))
        if ((ms < best)); then best=$ms; fi
    done
    echo "$best"
}

times() {
    "$PYTHON" benches/speech_reference.py zh benches/data/sentences.zh.txt "$out/race" --phonemes-only
    "$PYTHON" benches/speech_race.py "$speech" "$out/race/phonemes.tsv" --model "$ORIGINAL" --models "$models" \
        --vocab "$VOCAB" --voice zf_xiaobei --speed 0.85 --limit 24 --rounds 3
    "$wenlu" bench --rounds 5 | grep -E 'voice|first sound|speech|median|---'
    local text="请把身份证和户口本带上。"
    export XDG_CACHE_HOME=$out/cache
    "$wenlu" say "$text" --keep --out "$out/kept.wav"
    echo "| the program from start to end: a sentence in the cache | $(best_of_five "$wenlu" say "$text" --out "$out/kept.wav") |"
    echo "| the same, not in the cache | $(best_of_five "$wenlu" say "请把身份证和照片带上。" --out "$out/new.wav") |"
}

heard() {
    local lang=${1:?zh or en} sentences=${2:?how many sentences of the guides} rates=${3:-1.0}
    local voices=("${@:4}") all
    case $lang in
    zh) all=(zf_xiaobei zf_xiaoxiao zf_xiaoyi zm_yunjian zm_yunxi zm_yunxia zm_yunyang) ;;
    en) all=(af_heart af_bella af_sarah bf_emma am_michael am_puck am_fenrir bm_george) ;;
    esac
    if ((${#voices[@]} == 0)); then voices=("${all[@]}"); fi
    local texts=$out/$lang.txt
    "$speech" texts --knowledge knowledge --lang "$lang" --sample "$sentences" >"$texts"
    echo "== wenlu"
    "$speech" voices --models "$models" --whisper "$whisper" --lang "$lang" --sentences "$texts" --rates "$rates" "${voices[@]}"
    if [[ -z ${ORIGINAL:-} ]]; then return; fi
    echo "== the reference, at the model's speed 1.0"
    for voice in "${voices[@]}"; do
        "$PYTHON" benches/speech_reference.py "$lang" "$texts" "$out/ref/$lang/$voice" --model "$ORIGINAL" \
            --voices "$models/kokoro-voices" --vocab "$VOCAB" --voice "$voice" >/dev/null
        "$speech" hear --whisper "$whisper" --lang "$lang" --sentences "$texts" "$out/ref/$lang/$voice"
    done
}

"$part" "${@:3}"
