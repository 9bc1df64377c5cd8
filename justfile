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

# Benchmarks, in one run
bench:
    cargo bench --workspace

# Start a control: just new-control soc2-ai DATA-06
new-control PACK ID:
    @test ! -e controls/{{PACK}}/{{lowercase(ID)}}.tick
    @printf 'pack %s\n\ncontrol %s "" {\n  cites CC8.1\n\n  every model has approval\n}\n\ntest %s "passes" {\n  given model { name: "m", version: "1", approvals: [{ approver: "bo" }] }\n  expect pass\n}\n' "$(echo {{PACK}} | tr - _)" {{ID}} {{ID}} > controls/{{PACK}}/{{lowercase(ID)}}.tick
    @echo controls/{{PACK}}/{{lowercase(ID)}}.tick
