"""Typed questions, spoken: each row of a file of questions said by `wenlu say`, in the voices
and at the rates of a cycle, as recordings for `benches/heard_questions.py`.

    python3 benches/spoken_questions.py QUESTIONS.tsv --out FOLDER [--lang zh] [--jobs 2]
                                        [--wenlu target/release/wenlu]

The file has the columns lang, expected, style and text. Writes FOLDER/N.wav, 24 kHz, for row N,
and FOLDER/labels.tsv (file, lang, expected). What is there is not spoken again; questions of the
style `misheard` are left out. A second of speech takes about half a second on one core.
"""
import argparse
import csv
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# The voices that read beside the default of each language, and rates of unhurried speech.
VOICES = {
    "zh": ["zf_xiaobei", "zm_yunjian", "zf_xiaoxiao", "zm_yunxi", "zf_xiaoyi", "zm_yunxia", "zm_yunyang"],
    "en": ["af_heart", "am_michael", "bf_emma", "bm_george", "af_bella", "am_fenrir", "af_sarah", "am_puck"],
}
RATES = ["1", "1.1", "1.2"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lang", choices=["zh", "en"])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--wenlu", default="target/release/wenlu")
    args = parser.parse_args()
    with open(args.file, encoding="utf8", newline="") as lines:
        rows = list(enumerate(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)))
    # What is written as it would be misheard was never said like that.
    rows = [(n, row) for n, row in rows if args.lang in (None, row["lang"]) and row["style"] != "misheard"]
    args.out.mkdir(parents=True, exist_ok=True)

    def say(numbered):
        n, row = numbered
        file = args.out / f"{n}.wav"
        if file.exists():
            return
        voices = VOICES[row["lang"]]
        voice, rate = voices[n % len(voices)], RATES[n // len(voices) % len(RATES)]
        part = file.with_suffix(".part")
        command = [args.wenlu, "say", row["text"], "--lang", row["lang"], "--voice", voice, "--rate", rate, "--out", part]
        subprocess.run(command, check=True, capture_output=True)
        part.rename(file)

    with ThreadPoolExecutor(args.jobs) as pool:
        for done, _ in enumerate(pool.map(say, rows), 1):
            print(f"\r{done} of {len(rows)}", end="", flush=True)
    print()
    with open(args.out / "labels.tsv", "w", encoding="utf8") as out:
        print("file", "lang", "expected", sep="\t", file=out)
        for n, row in rows:
            print(f"{n}.wav", row["lang"], row["expected"], sep="\t", file=out)


if __name__ == "__main__":
    main()
