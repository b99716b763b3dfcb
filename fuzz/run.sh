#!/bin/sh
# Builds the fuzz targets once and runs each for FUZZ_SECONDS, FUZZ_JOBS at a time; the arguments name
# some of them. Seeds go to the working corpus, which is kept small from run to run; crashes are kept too.
set -eu
cd "$(dirname "$0")"
seconds=${FUZZ_SECONDS:-180}
jobs=${FUZZ_JOBS:-2}
host=$(rustc -vV | sed -n 's/^host: //p')
bin=$PWD/target/$host/release
work=$PWD/target/work
all=$(sed -n 's/^name = "\([a-z_]*\)"$/\1/p' Cargo.toml)
targets=${*:-$all}

one() {
	corpus=$work/corpus/$1
	rm -rf "$corpus.new"
	mkdir -p "$corpus" "$corpus.new" "$work/logs" "$work/crashes"
	for seeds in "seeds/$1" $(case $1 in directory | listing_reader) echo seeds/listing_list ;; esac); do
		[ ! -d "$seeds" ] || cp "$seeds"/* "$corpus/"
	done
	log=$work/logs/$1.log
	status=ok
	"$bin/$1" -merge=1 "$corpus.new" "$corpus" >"$log" 2>&1 || status=CRASH
	if [ $status = ok ]; then
		rm -rf "$corpus"
		mv "$corpus.new" "$corpus"
		"$bin/$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=64 \
			-print_final_stats=1 -artifact_prefix="$work/crashes/$1-" "$corpus" >"$log" 2>&1 || status=CRASH
	fi
	# executions, executions a second, coverage (edges), features, corpus
	last=$(grep -a 'cov: ' "$log" | tail -1 | sed 's/.*cov: \([0-9]*\) ft: \([0-9]*\) corp: \([0-9]*\).*/\1 \2 \3/')
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
	# shellcheck disable=SC2086
	printf '%-14s %12s %8s/s  cov %5s  ft %6s  corpus %5s  %s\n' "$1" "${runs:-?}" "${rate:-?}" ${last:-? ? ?} $status
	[ $status = ok ] || { tail -20 "$log"; return 1; }
}

if [ "${FUZZ_ONE:-}" ]; then
	one "$targets"
else
	# The sanitizer's flags are unstable; a stable compiler has its runtime all the same.
	RUSTC_BOOTSTRAP=1 cargo fuzz build --fuzz-dir .
	echo "$targets" | tr ' ' '\n' | FUZZ_ONE=1 xargs -P "$jobs" -n 1 sh run.sh
fi
