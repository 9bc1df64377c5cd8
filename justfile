# One screen of commands. `just` lists them.

default:
    @just --list

# Everything that must hold before a change lands
ready: test lint docs

# Type-check all
check:
    cargo check --workspace --all-targets

# All tests
test:
    cargo test --workspace

# Accept changed snapshots after reading them
accept:
    INSTA_UPDATE=always cargo test --workspace

# Formatting, lints and house rules
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    cargo run -q -p xtask -- tidy
    cargo run -q -p tickmark-cli -- fmt --check controls fixtures

# API documentation and the book (cargo install mdbook)
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
    command -v mdbook >/dev/null && mdbook build docs || echo "mdbook is not installed: the book was not built"

# Run the tests of the rule packs
packs:
    cargo run -q -p tickmark-cli -- test controls

# Benchmarks: Tickmark beside other programs over 20 MB and 200 MB, in one run (benches/README.md)
bench *ARGS:
    python3 benches/run.py {{ARGS}}

# The same with 1 MB and 20 MB, in some minutes
bench-quick *ARGS:
    python3 benches/run.py --quick {{ARGS}}

# Start a control: just new-control soc2-ai DATA-06
new-control PACK ID:
    @test ! -e controls/{{PACK}}/{{lowercase(ID)}}.tick
    @printf 'pack %s\n\ncontrol %s "" {\n  cites CC8.1\n\n  every model has approval\n}\n\ntest %s "passes" {\n  given model { name: "m", version: "1", approvals: [{ approver: "bo" }] }\n  expect pass\n}\n' "$(echo {{PACK}} | tr - _)" {{ID}} {{ID}} > controls/{{PACK}}/{{lowercase(ID)}}.tick
    @echo controls/{{PACK}}/{{lowercase(ID)}}.tick

# Both evaluators on random cases, a million by default: just soak 10000 7
soak CASES="1000000" SEED="1":
    cargo run -q --release -p tickmark-proof --bin soak -- --cases {{CASES}} --seed {{SEED}} --threads 2

# Fuzz a target for a minute: syntax, import_json, import_yaml, import_csv, import_terraform, json_reader, evaluators
# (cargo install cargo-fuzz)
fuzz TARGET SECONDS="60":
    cd fuzz && cargo fuzz run -s none {{TARGET}} -- -max_total_time={{SECONDS}} -max_len=65536
