#!/bin/sh
# How a run starts when far more is embedded: 300 controls and a library of some 400 nouns are added to a copy of this checkout, which is
# built and timed. Nothing of it is kept in the repository.
#
#   crates/session/growth.sh FOLDER [COPIES]
#
# FOLDER takes the copy and its build (CARGO_TARGET_DIR, where set, is used instead). COPIES is how often pack and library are
# repeated, 25 where it is not given. Prints the size of what is embedded, the median of 50 runs in milliseconds, and
# the instructions of one where valgrind is there.
set -eu
folder=${1:?name a folder for the copy}
copies=${2:-25}
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$folder/checkout"
(cd "$root" && git ls-files -co --exclude-standard | while read -r file; do test ! -f "$file" || echo "$file"; done | tar -cf - -T -) |
    tar -xf - -C "$folder/checkout"
cd "$folder/checkout"

# Items that begin with one of these words, up to the next item at the margin.
items() {
    awk -v wanted="$1" '
        /^[a-z]+ / { keep = index(" " wanted " ", " " $1 " ") > 0 }
        keep { print }
    ' "$2"
}

# The nouns of the library, each as a pattern of sed that puts a number behind it.
nouns=$(find controls/sources controls/vocabulary -name '*.tick' -exec cat {} + | sed -n 's/^entity \([a-z_]*\).*/\1/p' | sort -u)
library=$(find controls/sources controls/vocabulary -name '*.tick')
number=1
while [ "$number" -lt "$copies" ]; do
    mkdir -p controls/growth
    for file in controls/soc2-ai/*.tick; do
        { echo 'pack growth "Growth"'; items "control test" "$file" | sed "s/^\(control\|test\) \([A-Z0-9-]*\)/\1 \2-$number/"; } \
            >"controls/growth/$(basename "$file" .tick)$number.tick"
    done
    rename=$(for noun in $nouns; do printf 's/\\b%s\\(s\\?\\)\\b/%s_%s\\1/g;' "$noun" "$noun" "x$number"; done)
    for file in $library; do
        items "entity adjective relation map" "$file" | sed "$rename" >"${file%.tick}-x$number.tick"
    done
    number=$((number + 1))
done
# The definitions that the copied controls share stand in the pack itself, once.
for file in controls/soc2-ai/*.tick; do
    { echo 'pack growth "Growth"'; items "param adjective relation entity capability control test" "$file"; } >"controls/growth/$(basename "$file" .tick).tick"
done

# A shared CARGO_TARGET_DIR may hold what was built from the checkout itself.
touch crates/session/build.rs
cargo build --release --quiet -p tickmark-cli
binary=${CARGO_TARGET_DIR:-target}/release/tickmark
find controls -name '*.tick' -exec cat {} + | awk '{ bytes += length($0) + 1 } /^control / { controls++ } /^entity / { nouns++ }
    END { printf "embedded: %d bytes, %d controls, %d nouns\n", bytes, controls, nouns }'

printf 'model:\n  - { name: fraud, version: "7", stage: production }\n' >small.yaml
printf 'control OWN-01 "Owned" {\n  cites CC1.3\n  every person: name exists\n}\n' >small.tick
if "$binary" check small.yaml --pack growth 2>&1 | grep -q 'no pack'; then
    echo "the binary was not built from the copy" >&2
    exit 1
fi
median() {
    for run in $(seq 50); do
        begin=$(date +%s%N)
        "$@" >/dev/null 2>&1 || true
        echo $((($(date +%s%N) - begin) / 1000))
    done | sort -n | awk '{ all[NR] = $1 } END { printf "%7.2f ms", all[int((NR + 1) / 2)] / 1000 }'
}
report() {
    name=$1
    shift
    printf '%-28s %s' "$name" "$(median "$@")"
    if command -v valgrind >/dev/null; then
        valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null | awk '/Collected/ { printf "  %8.2f M instructions", $NF / 1e6 }'
    fi
    echo
}
report "--version" "$binary" --version
report "one control of one's own" "$binary" check small.yaml --controls small.tick
report "pack starter" "$binary" check small.yaml --pack starter
report "pack soc2-ai" "$binary" check small.yaml --pack soc2-ai
report "pack growth" "$binary" check small.yaml --pack growth
