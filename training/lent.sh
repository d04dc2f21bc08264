#!/bin/sh
# What fifteen minutes of one large GPU are for: one adapted encoder, then the whole model and four for reading texts that they have not
# learned from, all at once.
#   sh training/lent.sh trial|adapt|train|slim|whole|models|compare|further OUT      (pack/ holds the pack; work goes on in /tmp/work)
# trial: every step once, in a minute. adapt, train: MINUTES each. slim: the whole in 24 MB and the four in 5 MB each; whole: the whole.
# models: take the models of training/models along. compare: going on from that of part 0 for MINUTES in several ways, and what links it then
# finds in part 0 (logs and figures come back in one file: eight files is all that may). further: going on from all of them by CONFIG for MINUTES, and what came of it.
set -u
what=$1 out=$2 work=/tmp/work minutes=${MINUTES:-3} config=${CONFIG:-training/configs/again.toml}
[ -d /tmp/pack ] || [ ! -d pack ] || cp -r pack /tmp/pack
export PYTHONPATH=src:. PYTHONUNBUFFERED=1 OMP_NUM_THREADS=1
logs=$work/logs
mkdir -p "$logs" "$out"
adapt() { python3 -m training.adapt training/configs/adapt.toml "$work/$1" --pack /tmp/pack --threads 1 $2 >"$logs/$1.log" 2>&1; }
together() {
    python3 -m training.together training/configs/together.toml "$work/$1" --pack /tmp/pack --threads 1 --workers 3 --encoder "$work/adapted/encoder.pt" \
        $2 >"$logs/$1.log" 2>&1
}
further() {
    python3 -m training.together "$config" "$work/$1" --pack /tmp/pack --threads 1 --workers 3 --model "/tmp/models/$2.pt" $3 >"$logs/$1.log" 2>&1
}
case $what in
models)
    mkdir -p /tmp/models
    cp training/models/*.slim training/models/*.delta /tmp/models
    cd /tmp/models
    export PYTHONPATH="$OLDPWD/src:$OLDPWD"
    python3 -m training.parts widen whole.slim whole.pt
    for k in 0 1 2 3; do python3 -m training.parts widen "part-$k.delta" "part-$k.pt" --base whole.slim & done
    wait
    cd "$OLDPWD"
    ;;
compare)
    again=training/configs/again.toml
    sed 's/^hidden_names = .*/hidden_names = 0.3/; s/^dropout = .*/dropout = 0.1/' $again >/tmp/both.toml
    sed 's/mixer = true/mixer = false/' /tmp/both.toml >/tmp/more_links.toml
    sed 's/module = "training.links.task"/&\nmixer = true/' training/configs/further.toml >/tmp/mixer.toml
    config=training/configs/further.toml further as_before part-0 "--part 0 --minutes $minutes" &
    config=/tmp/more_links.toml further more_links part-0 "--part 0 --minutes $minutes" &
    config=/tmp/mixer.toml further mixer part-0 "--part 0 --minutes $minutes" &
    config=/tmp/both.toml further both part-0 "--part 0 --minutes $minutes" &
    config=$again further all part-0 "--part 0 --minutes $minutes" &
    wait
    ;;
further)
    rm -rf "$work"
    mkdir -p "$logs"
    for k in 0 1 2 3; do further "part-$k" "part-$k" "--part $k --minutes $minutes" & done
    further whole whole "--minutes $minutes" &
    wait
    python3 -m training.parts slim "$work/whole/model.pt" "$work/whole.slim" --fine
    for k in 0 1 2 3; do python3 -m training.parts delta "$work/part-$k/model.pt" "$out/part-$k.delta" --base "$work/whole.slim" & done
    split -b 13m "$work/whole.slim" "$out/whole.slim."
    wait
    ;;
trial)
    adapt adapted "--minutes 0.15"
    together trial-0 "--part 0 --minutes 0.3" &
    together trial-all "--minutes 0.3" &
    wait
    ;;
adapt)
    rm -rf "$work/adapted" "$work"/trial*
    adapt adapted "--minutes $minutes"
    python3 -m training.parts split "$work/adapted/encoder.pt" "$out"
    ;;
train)
    for k in 0 1 2 3; do together "part-$k" "--part $k --minutes $minutes" & done
    together whole "--minutes $minutes" &
    wait
    ;;
slim)
    python3 -m training.parts slim "$work/whole/model.pt" "$work/whole.slim"
    for k in 0 1 2 3; do python3 -m training.parts delta "$work/part-$k/model.pt" "$out/part-$k.delta" --base "$work/whole.slim"; done
    split -b 12m "$work/whole.slim" "$out/whole.slim."
    ;;
whole)
    python3 -m training.parts split "$work/whole/model.pt" "$out"
    ;;
esac
(cd "$work" && find . -name metrics.json -o -name log.jsonl -o -name '*.log') | tar czf "$out/figures.tgz" -C "$work" -T -
tail -n 2 "$logs"/*.log
nvidia-smi --query-gpu=utilization.gpu,memory.used --format=csv,noheader
ls -la "$work"/* | head -40
