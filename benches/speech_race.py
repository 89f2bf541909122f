"""wenlu's voice beside onnxruntime in Python, clause by clause in turn, in one run.

Both get the same phonemes (written by speech_reference.py --phonemes-only), the same voice,
speed and number of threads. The best of several rounds counts, so that other programs on the
machine disturb neither side more than the other.

    pip install onnxruntime numpy
    cargo build --release --bench speech     # prints the program's path
    python benches/speech_race.py PROGRAM PHONEMES.tsv --model ORIGINAL.onnx --models models/files \\
        --vocab VOCAB.json --voice zf_xiaobei --rounds 3
"""
import argparse, json, pathlib, resource, subprocess, time
import numpy as np
import onnxruntime


def main():
    args = argparse.ArgumentParser()
    args.add_argument("program")
    args.add_argument("phonemes", type=pathlib.Path)
    args.add_argument("--model", required=True, help="the original model, for onnxruntime")
    args.add_argument("--models", type=pathlib.Path, required=True, help="wenlu's models folder")
    args.add_argument("--vocab", type=pathlib.Path, required=True)
    args.add_argument("--voice", default="zf_xiaobei")
    args.add_argument("--speed", type=float, default=1.0)
    args.add_argument("--rounds", type=int, default=3)
    args.add_argument("--limit", type=int, default=20, help="clauses")
    args = args.parse_args()

    wenlu = subprocess.Popen(
        [args.program, "answer", "--models", args.models, "--voice", args.voice, "--speed", str(args.speed)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ours(phonemes):
        wenlu.stdin.write(phonemes + "\n")
        wenlu.stdin.flush()
        busy, sound, memory = map(float, wenlu.stdout.readline().split())
        return busy, sound, memory

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    # Otherwise its threads spin into the other side's turn.
    options.add_session_config_entry("session.intra_op.allow_spinning", "1")
    options.add_session_config_entry("session.force_spinning_stop", "1")
    session = onnxruntime.InferenceSession(args.model, options, providers=["CPUExecutionProvider"])
    vocab = json.loads(args.vocab.read_text(encoding="utf-8"))
    vocab = vocab.get("vocab", vocab)
    style = np.fromfile(args.models / "kokoro-voices" / f"{args.voice}.bin", np.float32).reshape(-1, 256)

    def theirs(phonemes):
        ids = [vocab[p] for p in phonemes if p in vocab]
        start = time.perf_counter()
        sound = session.run(None, {
            "tokens": np.array([[0, *ids, 0]], np.int64),
            "style": style[len(ids) - 1][None],
            "speed": np.array([args.speed], np.float32),
        })[0]
        busy = time.perf_counter() - start
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return busy, len(sound) / 24000, memory

    clauses = [line.split("\t")[2] for line in args.phonemes.read_text(encoding="utf-8").splitlines()]
    clauses = [clause for clause in clauses if clause][: args.limit]
    sides = {"wenlu": ours, "onnxruntime": theirs}
    best = {side: [float("inf")] * len(clauses) for side in sides}
    memory = dict.fromkeys(sides, 0.0)
    sound = 0.0
    for side in sides.values():
        side(clauses[0])
    for round in range(args.rounds):
        for at, clause in enumerate(clauses):
            order = list(sides.items())
            for side, speak in order if (round + at) % 2 else order[::-1]:
                busy, seconds, peak = speak(clause)
                best[side][at] = min(best[side][at], busy)
                memory[side] = max(memory[side], peak)
                # wenlu trims the silence; the whole sound is what both had to make.
                if side == "onnxruntime" and round == 0:
                    sound += seconds
    wenlu.stdin.close()
    wenlu.wait()

    print(f"{len(clauses)} clauses, {sound:.1f} s of sound as the model gives it (silence not trimmed), "
          f"2 threads, best of {args.rounds}")
    print("| runtime | seconds of work | real-time factor | peak MiB |")
    print("|---|---|---|---|")
    for side in sides:
        total = sum(best[side])
        print(f"| {side} | {total:.2f} | {total / sound:.3f} | {memory[side]:.0f} |")
    print(f"ratio: {sum(best['wenlu']) / sum(best['onnxruntime']):.2f}")


if __name__ == "__main__":
    main()
