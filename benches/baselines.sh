#!/bin/sh
# Compares the search with the simple ways on a file of questions (lang expected style text).
# Usage: benches/baselines.sh QUESTIONS.tsv [E5-SMALL-Q4.BIN]
# The second file is the sentence model of the second opinion; without it its rows are left out.
set -eu
questions=$1
model=${2:-}
wenlu="cargo run --release --quiet --"

echo "== BM25 over words"
$wenlu knowledge test "$questions" --baseline words
echo "== search, first opinion only"
$wenlu knowledge test "$questions"
if [ -n "$model" ]; then
    vectors=${TMPDIR:-/tmp}/wenlu-vectors
    echo "== nearest sample question by e5-small"
    $wenlu knowledge test "$questions" --baseline meaning --meaning "$model" --vectors "$vectors"
    echo "== search with second opinion"
    $wenlu knowledge test "$questions" --meaning "$model" --vectors "$vectors"
fi
