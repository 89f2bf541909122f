"""Spoken commands: said by `wenlu say`, heard by `wenlu hear`, understood by `wenlu dialogue test`.

    python3 benches/commands.py ../shared/questions/commands.tsv [--wenlu target/release/wenlu] [--every N]
                                                               [--sounds FOLDER]

The file has the columns `lang`, `intent` and `text`. Rows whose intent is `question` are left
out. Prints what `wenlu dialogue test` says of what was heard, with the recogniser's other readings. With
--sounds the spoken commands stay in a folder, and those that are there are not spoken again.
"""
import argparse
import csv
import json
import subprocess
import tempfile
from pathlib import Path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--wenlu", default="target/release/wenlu")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--sounds", type=Path)
    args = parser.parse_args()
    with open(args.file, encoding="utf8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row["intent"] != "question"][:: args.every]
    with tempfile.TemporaryDirectory() as folder:
        sounds = args.sounds or Path(folder)
        sounds.mkdir(parents=True, exist_ok=True)
        for i, row in enumerate(rows):
            row["file"] = f"{sounds}/{args.every}-{i}.wav"
            if Path(row["file"]).exists():
                continue
            subprocess.run([args.wenlu, "say", row["text"], "--lang", row["lang"], "--out", row["file"]], check=True, capture_output=True)
        heard = {}
        for lang in sorted({row["lang"] for row in rows}):
            files = [row["file"] for row in rows if row["lang"] == lang]
            out = subprocess.run([args.wenlu, "hear", "--again", "--lang", lang, "--json", *files], check=True, capture_output=True, text=True).stdout
            heard.update((line["file"], line) for line in map(json.loads, out.splitlines()))
        table = Path(folder) / "heard.tsv"
        with open(table, "w", encoding="utf8") as out:
            out.write("lang\tintent\ttext\talternatives\n")
            for row in rows:
                line = heard[row["file"]]
                out.write(f"{row['lang']}\t{row['intent']}\t{line['text'] or '…'}\t{'|'.join(line['alternatives'])}\n")
        subprocess.run([args.wenlu, "dialogue", "test", "--misses", table], check=True)


if __name__ == "__main__":
    main()
