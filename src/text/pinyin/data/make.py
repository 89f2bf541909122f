"""Makes characters.txt and phrases.txt from pypinyin (see README.md)."""

import json
import pathlib

import pypinyin
from pypinyin import Style, lazy_pinyin
from pypinyin.contrib.tone_convert import to_tone3

HERE = pathlib.Path(__file__).parent
SOURCE = pathlib.Path(pypinyin.__file__).parent


def spelled(reading):
    """'shì' → 'shi4', 'de' → 'de5', 'lǜ' → 'lv4'."""
    return to_tone3(reading, neutral_tone_with_five=True).replace("ü", "v")


def characters():
    table = json.loads((SOURCE / "pinyin_dict.json").read_text())
    return {chr(int(code)): spelled(readings.split(",")[0]) for code, readings in table.items()}


def read(text, single, phrases, longest):
    """The longest phrase at each place, else the character's most frequent reading."""
    out, i = [], 0
    while i < len(text):
        for length in range(min(longest, len(text) - i), 1, -1):
            if found := phrases.get(text[i : i + length]):
                out += found
                i += length
                break
        else:
            out.append(single.get(text[i]))
            i += 1
    return out


def main():
    single = characters()
    by_sound = {}
    for character, sound in single.items():
        by_sound.setdefault(sound, []).append(character)
    lines = [f"{sound} {''.join(sorted(all_))}\n" for sound, all_ in sorted(by_sound.items())]
    (HERE / "characters.txt").write_text("".join(lines))

    table = json.loads((SOURCE / "phrases_dict.json").read_text())
    kept, longest = {}, 1
    for phrase in sorted(table, key=lambda p: (len(p), p)):
        reading = [spelled(syllable[0]) for syllable in table[phrase]]
        if not all(c in single for c in phrase) or len(reading) != len(phrase):
            continue  # with punctuation, or 儿 joined to the syllable before
        if read(phrase, single, kept, longest) != reading:
            kept[phrase] = reading
            longest = len(phrase)
    lines = [f"{phrase} {' '.join(reading)}\n" for phrase, reading in sorted(kept.items())]
    (HERE / "phrases.txt").write_text("".join(lines))
    print(len(single), "characters,", len(kept), "of", len(table), "phrases")


main()
