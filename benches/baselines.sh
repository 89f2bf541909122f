#!/bin/sh
# What each part of the search is worth, beside simple ways: plain BM25 over words, and the
# sample question that multilingual-e5-small finds nearest. All on the same guides and
# questions; whatever is learned is learned without the part of the questions that is judged.
# Usage: benches/baselines.sh QUESTIONS.tsv…   (columns lang, expected, style, text)
set -eu
cargo build --release --quiet
target/release/wenlu models fetch
target/release/wenlu knowledge tune --compare "$@"
