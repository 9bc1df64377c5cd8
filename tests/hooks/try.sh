#!/usr/bin/env bash
# Runs the hooks with the real pre-commit, on a repository that is made here: tests/hooks/try.sh PRE-COMMIT TICKMARK
set -euo pipefail
pre_commit=$(realpath "$1")
tickmark=$(realpath "$2")
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" PRE_COMMIT_HOME="$work/cache" GIT_CONFIG_GLOBAL="$work/gitconfig"
PATH="$(dirname "$tickmark"):$PATH"
git config --global user.name ci
git config --global user.email ci@example.com
git config --global init.defaultBranch main
mkdir -p "$HOME" "$work/hooks" "$work/repo/rules"

# A repository of hooks with this checkout's file, as users name it.
cp "$root/.pre-commit-hooks.yaml" "$work/hooks/"
git -C "$work/hooks" init -q
git -C "$work/hooks" add . && git -C "$work/hooks" commit -qm hooks

cd "$work/repo"
git init -q
cat > .pre-commit-config.yaml <<YAML
repos:
  - repo: $work/hooks
    rev: $(git -C "$work/hooks" rev-parse HEAD)
    hooks:
      - id: tickmark-check
        args: [terraform=., --controls, rules]
      - id: tickmark-test
      - id: tickmark-fmt
YAML
cat > rules/bucket.tick <<'TICK'
control BUCKET-01 "Buckets have tags" {
  cites CC6.1

  every aws_s3_bucket has tags
}

test BUCKET-01 "tags" {
  given aws_s3_bucket { address: "aws_s3_bucket.a", tags: { team: "risk" } }
  expect pass
}
TICK
printf 'resource "aws_s3_bucket" "a" {\n  bucket = "a"\n}\n' > main.tf
git add .

expect() { # code, hook, text
  local code=0 out
  out=$("$pre_commit" run "$2" --all-files 2>&1) || code=$?
  if [ "$code" -ne "$1" ] || ! grep -q "$3" <<<"$out"; then
    printf 'hook %s: exit code %s, wanted %s and "%s":\n%s\n' "$2" "$code" "$1" "$3" "$out"
    exit 1
  fi
}
expect 1 tickmark-check "BUCKET-01"
printf 'resource "aws_s3_bucket" "a" {\n  bucket = "a"\n  tags   = { team = "risk" }\n}\n' > main.tf
expect 0 tickmark-check "Passed"
expect 0 tickmark-test "Passed"
expect 0 tickmark-fmt "Passed"
sed -i 's/^  every/      every/' rules/bucket.tick
expect 1 tickmark-fmt "Failed"
expect 0 tickmark-fmt "Passed"
echo "hooks: 6 runs as expected"
