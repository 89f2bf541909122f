"""The reference beside which wenlu's voice is measured: kokoro-onnx and misaki in Python.

Reads sentences (one a line), writes for each the phonemes and, unless --phonemes-only,
a WAV file. Needs: pip install kokoro-onnx misaki[zh,en] onnxruntime numpy

    python speech_reference.py zh benches/data/sentences.zh.txt OUT --model ORIGINAL.onnx \\
        --voices FOLDER --voice zf_xiaobei --speed 1.0

OUT/phonemes.tsv has a line `number TAB pause TAB phonemes TAB words` for every clause, in
the form that `cargo bench --bench speech -- --phonemes` reads: with it both sides speak
exactly the same sounds. The times of the synthesis go to OUT/times.json.
"""
import argparse, json, pathlib, re, resource, time, wave
import numpy as np


def clauses(text):
    """A sentence's clauses: cut behind commas, semicolons, colons and ends."""
    return [c for c in re.findall(r"[^，,；;：:。.！!？?]+[，,；;：:。.！!？?]*", text) if c.strip()]


def phonemiser(language):
    if language == "zh":
        from misaki import zh
        g2p = zh.ZHG2P()
        return lambda text: g2p(text)[0].strip()
    try:
        from misaki import en, espeak
        g2p = en.G2P(trf=False, british=False, fallback=espeak.EspeakFallback(british=False))
        return lambda text: g2p(text)[0].strip()
    except Exception as error:  # spaCy's model is missing: espeak-ng's IPA with misaki's table
        print(f"misaki.en cannot run here ({error}); taking kokoro-onnx's own espeak phonemes")
        from kokoro_onnx.tokenizer import Tokenizer
        tokenizer = Tokenizer()
        return lambda text: tokenizer.phonemize(text, "en-us").strip()


def main():
    args = argparse.ArgumentParser()
    args.add_argument("language")
    args.add_argument("sentences", type=pathlib.Path)
    args.add_argument("out", type=pathlib.Path)
    args.add_argument("--model")
    args.add_argument("--voices", type=pathlib.Path)
    args.add_argument("--vocab", type=pathlib.Path)
    args.add_argument("--voice", default="zf_xiaobei")
    args.add_argument("--speed", type=float, default=1.0)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--phonemes-only", action="store_true")
    args.add_argument("--limit", type=int, default=1000)
    args = args.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    sentences = args.sentences.read_text(encoding="utf-8").split("\n")
    sentences = [s for s in sentences if s][: args.limit]

    g2p = phonemiser(args.language)
    spoken = [[(c, g2p(c)) for c in clauses(s)] for s in sentences]
    with open(args.out / "phonemes.tsv", "w", encoding="utf-8") as file:
        for number, parts in enumerate(spoken):
            for at, (text, phonemes) in enumerate(parts):
                pause = 0.4 if at + 1 == len(parts) else 0.2
                file.write(f"{number}\t{pause}\t{phonemes}\t{text}\n")
    if args.phonemes_only:
        return

    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = args.threads
    session = onnxruntime.InferenceSession(args.model, options)
    vocab = json.loads(args.vocab.read_text(encoding="utf-8"))
    vocab = vocab.get("vocab", vocab)
    style = np.fromfile(args.voices / f"{args.voice}.bin", np.float32).reshape(-1, 256)

    def speak(phonemes):
        ids = [vocab[p] for p in phonemes if p in vocab]
        return session.run(None, {
            "tokens": np.array([[0, *ids, 0]], np.int64),
            "style": style[len(ids) - 1][None],
            "speed": np.array([args.speed], np.float32),
        })[0]

    speak(spoken[0][0][1])  # warm
    times = []
    for number, parts in enumerate(spoken):
        # kokoro-onnx speaks a whole sentence in one call
        phonemes = " ".join(p for _, p in parts)
        start = time.perf_counter()
        sound = speak(phonemes)
        times.append((time.perf_counter() - start, len(sound) / 24000))
        with wave.open(str(args.out / f"{number:03}.wav"), "wb") as file:
            file.setparams((1, 2, 24000, 0, "NONE", ""))
            file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    seconds, length = (sum(x) for x in zip(*times))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"onnxruntime, {args.threads} threads: {length:.1f} s of sound in {seconds:.1f} s: "
          f"real-time factor {seconds / length:.3f}, peak {peak:.0f} MiB")
    (args.out / "times.json").write_text(json.dumps(times))


if __name__ == "__main__":
    main()
