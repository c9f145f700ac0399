# What the tools in this directory share. Sourced, not run.
# shellcheck shell=bash

root_directory=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034 # used by those who source this
cache_directory=${PGODBC_CACHE:-$root_directory/.cache}
target_directory=${CARGO_TARGET_DIR:-$root_directory/target}
case $target_directory in /*) ;; *) target_directory=$root_directory/$target_directory ;; esac

# What libpq's variables say is meant for another server than those of these tools.
for variable in "${!PG@}"; do
    case $variable in PGODBC_*) ;; *) unset "$variable" ;; esac
done

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() {
    warn "${0##*/}: $*"
    exit 1
}

# Runs a command as root: directly, through sudo where that asks nothing, else not at all (returns 1).
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        sudo "$@"
    else
        return 1
    fi
}

# Runs a command as a user whom PostgreSQL accepts: it refuses to run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

# The driver to test: the one given, else the one that cargo built (the release build where asked for).
driver_path() {
    say "${PGODBC_TEST_DRIVER:-$target_directory/${PGODBC_TEST_PROFILE:-debug}/libpgodbc.so}"
}

# What is left out of tests/driver under each manager, as arguments of the test program: only unixODBC takes the file of another
# driver.
# shellcheck disable=SC2034 # used by those who source this
not_for_unixodbc=(--skip direct::)
# shellcheck disable=SC2034
not_for_iodbc=(--skip direct:: --skip psqlodbc_peer:: --skip without_iodbc::)
# shellcheck disable=SC2034
not_for_direct=(--skip psqlodbc_peer::)
