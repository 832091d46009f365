#!/bin/sh
# 检查并测试。Checks, then tests, on real parts: `sh test.sh`.
#
#   sh test.sh                        everything, as .ci/run does
#   sh test.sh tests/records -k lock  what follows goes to pytest; the checks come first all the same
#   sh test.sh --check-only           format, lint, types, boundaries, known vulnerabilities
#   sh test.sh --no-check …           only the tests
#
# Adds tests/requirements.txt to run.sh's .venv, and from apt at most chromium, a Chinese font and
# libatomic1, each only where missing.
set -eu
cd "$(dirname "$0")"
HALL_SETUP_ONLY=1
. ./run.sh

checks=yes
tests=yes
case ${1:-} in
--check-only) tests=no; shift ;;
--no-check) checks=no; shift ;;
esac

# need COMMAND PACKAGE — PACKAGE from apt unless COMMAND succeeds.
need() {
    if sh -c "$1" >/dev/null 2>&1; then return; fi
    missing="测试缺少 $2 · The tests need $2."
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        fail "$missing Install it, then run  sh test.sh  again:" "sudo apt-get install -y $2"
    fi
    say "安装 $2 · Installing $2"
    install_packages "$2" || fail "$missing apt-get could not install it; its words stand above."
}

check() {
    failed=
    run_check "$PY" -m ruff format --check
    run_check "$PY" -m ruff check
    run_check "$PY" -m mypy
    run_check "$VENV/bin/lint-imports"
    run_check "$PY" -m tests.audit
    if [ -n "$failed" ]; then fail "检查未通过 · These checks failed:$failed"; fi
}

# One failed check does not hide the others.
run_check() {
    say "$*"
    "$@" || failed="$failed  [$*]"
}

make_venv
install_requirements requirements.txt "$VENV/requirements.stamp"
install_requirements tests/requirements.txt "$VENV/tests.stamp"
if [ $checks = yes ]; then check; fi
if [ $tests = no ]; then exit 0; fi

need 'command -v chromium || command -v chromium-browser || command -v google-chrome' chromium
need 'test -n "$(fc-list :lang=zh-cn)"' fonts-noto-cjk
need 'command -v npm || ldconfig -p | grep -q libatomic' libatomic1
install_browser_libraries "$TEST_LIBRARIES"
say "测试 · Tests"
exec "$PY" -m pytest -n 4 -rfER "$@"
