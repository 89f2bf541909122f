"""A file of heard questions for `wenlu knowledge test` and `tune`: recordings, as they are
and in a noisy room, through the real recogniser.

    python3 benches/heard_questions.py --speech ../shared/speech --out heard.tsv
                                       [--styles quiet babble-small] [--wenlu target/release/wenlu]
                                       [--recordings FOLDER --labels FILE] [--prefix "spoken "]

--speech is a folder with `dev/` (the recordings, unless --recordings names others, such as
those of `benches/spoken_questions.py`) and `noise/` (babble and room responses, as ROOMS below
names them). --labels (columns file, expected and perhaps lang) is
`tests/data/speech-labels.tsv` unless given; --prefix goes before the style. Each recording is
convolved with the room's response; the babble, in the same room from elsewhere, is added 10 dB
below the speech, each by its mean power where somebody speaks. What was not plain is read again
as in a conversation, with the names of the services that may be meant. Needs `sox` for reading
and the convolution, and nothing else but Python's own library. The columns are lang, expected,
style (the room), text, confidence, alternatives; a recording in which nothing was heard has an
empty text. The noisy recordings stay in a folder beside the output.
"""
import argparse
import array
import csv
import json
import math
import subprocess
import wave
from pathlib import Path

RATE = 16000
SNR_DB = 10
# style: (babble, the room's response for the speaker)
ROOMS = {
    "babble-seminar": ("babble9_mandarin_mix.wav", "rir_seminar_room_clap.wav"),
    "babble-hall": ("babble9_mandarin_mix.wav", "rir1_speechbrain.wav"),
    "babble-small": ("babble3_mandarin_mix.wav", "rir3_speechbrain.wav"),
}


def read(path):
    """Samples at 16 kHz, one channel, whatever the file's."""
    command = ["sox", str(path), "-t", "raw", "-e", "float", "-b", "32", "-L", "-r", str(RATE), "-c", "1", "-"]
    return array.array("f", subprocess.run(command, capture_output=True, check=True).stdout)


def write(path, samples):
    top = max(max(samples), -min(samples), 1e-9)
    gain = 0.9 / top
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(array.array("h", (round(32767 * gain * s) for s in samples)).tobytes())


def room_filter(response, folder):
    """sox's coefficients of a room, from the direct sound on, of power 1."""
    samples = read(response)
    start = max(range(len(samples)), key=lambda i: abs(samples[i]))
    samples = samples[max(0, start - 16): start + int(0.8 * RATE)]
    power = math.sqrt(sum(s * s for s in samples))
    file = folder / (Path(response).stem + ".txt")
    file.write_text("\n".join(f"{s / power:.9f}" for s in samples))
    return file


def in_room(source, coefficients):
    # A quarter of full scale: the filter must not clip.
    command = ["sox", "-v", "0.25", str(source), "-t", "raw", "-e", "float", "-b", "32", "-L", "-r", str(RATE), "-c", "1", "-",
               "rate", str(RATE), "fir", str(coefficients)]
    return array.array("f", subprocess.run(command, capture_output=True, check=True).stdout)


def speech_power(samples):
    """The mean power of the louder half of 20 ms pieces: where somebody speaks."""
    piece = RATE // 50
    powers = sorted(sum(s * s for s in samples[i:i + piece]) / piece for i in range(0, len(samples) - piece, piece))
    louder = powers[len(powers) // 2:] or [1e-9]
    return sum(louder) / len(louder)


def make(recordings, speech, room, folder):
    babble, response = ROOMS[room]
    folder.mkdir(parents=True, exist_ok=True)
    coefficients = room_filter(speech / "noise" / response, folder)
    noise = in_room(speech / "noise" / babble, coefficients)
    files = []
    for n, recording in enumerate(recordings):
        file = folder / recording.name
        files.append(file)
        if file.exists():
            continue
        voice = in_room(recording, coefficients)
        start = (n * 7919 * 37) % (len(noise) - len(voice))
        other = noise[start:start + len(voice)]
        level = math.sqrt(speech_power(voice) / speech_power(other) / 10 ** (SNR_DB / 10))
        write(file, [v + level * o for v, o in zip(voice, other)])
    return files


def hear(wenlu, labels, files):
    """Each label with what was heard, language by language."""
    for lang in sorted({label["lang"] for label in labels}):
        its = [(label, str(file)) for label, file in zip(labels, files) if label["lang"] == lang]
        command = [wenlu, "hear", "--again", "--json", "--lang", lang, *(file for _, file in its)]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        yield from zip((label for label, _ in its), map(json.loads, out.splitlines()), strict=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--speech", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--recordings", type=Path)
    parser.add_argument("--labels", type=Path, default=Path("tests/data/speech-labels.tsv"))
    parser.add_argument("--styles", nargs="+", default=["quiet", *ROOMS], choices=["quiet", *ROOMS])
    parser.add_argument("--prefix", default="")
    parser.add_argument("--wenlu", default="target/release/wenlu")
    args = parser.parse_args()
    with open(args.labels, encoding="utf8", newline="") as lines:
        labels = [{"lang": "zh", **label} for label in csv.DictReader(lines, delimiter="\t")]
    folder = args.recordings or args.speech / "dev"
    recordings = [folder / label["file"] for label in labels]
    with open(args.out, "w", encoding="utf8") as out:
        print("lang", "expected", "style", "text", "confidence", "alternatives", sep="\t", file=out)
        for style in args.styles:
            files = recordings if style == "quiet" else make(recordings, args.speech, style, args.out.with_suffix("") / style)
            for label, heard in hear(args.wenlu, labels, files):
                text = heard["text"].replace("\t", " ")
                others = "|".join(other.replace("\t", " ") for other in heard.get("alternatives", []))
                print(label["lang"], label["expected"], args.prefix + style, text, heard["confidence"], others, sep="\t", file=out)
            out.flush()
            print(f"{style}: done", flush=True)


if __name__ == "__main__":
    main()
