"""From the end of speech to the first sound of the answer, through talk's own path.

    python3 benches/latency.py --speech ../shared/speech [--wenlu target/release/wenlu]

Takes the recordings of 4 to 6 s in the folders `dev` and `real`, lets `wenlu talk --from …
--timed` answer them, and prints the time of each stage: once with an empty speech cache
(every sentence is made anew but the acknowledgement that `talk` speaks at its start) and once more after `wenlu speech render --openings`, as on a
terminal that has been set up. The silence that is waited for is not in it.
`docs/performance.md` has the results.
"""
import argparse
import json
import os
import statistics
import subprocess
import tempfile
import wave
from pathlib import Path


def seconds(file):
    with wave.open(str(file)) as sound:
        return sound.getnframes() / sound.getframerate()


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path, required=True)
    parser.add_argument("--wenlu", default="target/release/wenlu")
    args = parser.parse_args()
    files = [file for name in ("dev", "real") for file in sorted((args.speech / name).glob("*.wav")) if 4 <= seconds(file) <= 6]
    with tempfile.TemporaryDirectory() as cache:
        # The sentence vectors are no speech: they may come from the usual place.
        usual = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "wenlu"
        (Path(cache) / "wenlu").mkdir()
        if (usual / "sentence-vectors").exists():
            (Path(cache) / "wenlu/sentence-vectors").write_bytes((usual / "sentence-vectors").read_bytes())
        print("| speech cache | n | stage | median ms | 95 % ms |\n|---|---|---|---|---|")
        environment = {**os.environ, "XDG_CACHE_HOME": cache}
        for state in ("empty", "openings"):
            if state == "openings":
                subprocess.run([args.wenlu, "speech", "render", "--openings"], check=True, env=environment)
            out = subprocess.run([args.wenlu, "talk", "--timed", "--from", *files], capture_output=True, text=True, check=True,
                                 env=environment).stdout
            ms = [line["ms"] for line in map(json.loads, out.splitlines()) if line["ms"]["first_sound"]]
            stages = {
                "heard": [m["hear"] for m in ms],
                "found and worded": [m["answer"] - m["hear"] for m in ms],
                "first sound made": [m["first_sound"] - m["answer"] for m in ms],
                "all": [m["first_sound"] for m in ms],
                "all, to the answer itself": [m["first_sound_of_answer"] for m in ms],
            }
            for stage, times in stages.items():
                print(f"| {state} | {len(times)} | {stage} | {statistics.median(times):.0f} | {percentile(times, 0.95):.0f} |", flush=True)


if __name__ == "__main__":
    main()
