#!/bin/sh
# What is worth bringing back from a machine: the figures and logs of all runs in one file, and one model in parts of 15 MiB.
#   sh training/bring.sh RUNS OUT MODEL.pt
set -eu
(cd "$1" && find . -name metrics.json -o -name log.jsonl -o -name summary.json) | tar czf "$2/figures.tgz" -C "$1" -T -
python3 -m training.parts split "$3" "$2"
