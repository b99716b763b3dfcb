#!/bin/sh
# install.sh - puts the FTP daemons and Gopher clients that the tests talk to under target/lab.
#
# Debian's FTP daemons conflict as packages, so each is downloaded and unpacked by itself, together
# with the libraries this machine lacks: nothing is configured, started or registered by it. Only
# the Gopher clients are installed for good, as packages. Without Debian, root or a network it says
# what is left out and still succeeds, and the tests of what is missing say so in turn.
set -u
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

ROOT=$(cd "$(dirname "$0")/../.." && pwd) || exit 0
LAB=$ROOT/target/lab
STAMP=$LAB/stamp

DAEMONS="vsftpd proftpd-core pure-ftpd"
# TLS for proftpd; the others have it built in.
MODULES=proftpd-mod-crypto
# Gives pure-ftpd its user `ftp` without an entry in the system's own table of users.
WRAPPER=libnss-wrapper
# command:package
CLIENTS="lynx:lynx gopher:gopher tmux:tmux curl:curl"
# pyftpdlib has its TLS from pyOpenSSL.
PYFTPDLIB="pyftpdlib==2.2.0 pyOpenSSL==25.3.0"
# Package lists older than this many days name files the mirror may have dropped.
LISTS_DAYS=7

left_out() { echo "lab: left out: $*"; missing=1; }
has() { command -v "$1" >/dev/null 2>&1; }
is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# What the stamp holds: a changed script, or a client gone since, makes it worthless.
mark() {
    cksum <"$0"
    for client in $CLIENTS; do command -v "${client%%:*}"; done
}

refresh_lists() {
    [ -z "${refreshed:-}" ] || return 0
    refreshed=1
    fresh=$(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -size +1M \
        -mtime "-$LISTS_DAYS" 2>/dev/null | head -n 1)
    # apt keeps the mirror's own dates on the lists, so our own note of the last look counts too.
    noted=$(find "$LAB/lists-read" -mtime "-$LISTS_DAYS" 2>/dev/null)
    [ -z "$fresh$noted" ] || return 0
    apt-get update -qq >"$LAB/apt.log" 2>&1 && : >"$LAB/lists-read"
}

# Downloads package $1 and unpacks it into directory $2.
unpack() {
    rm -rf "$LAB/debs/$1" && mkdir -p "$LAB/debs/$1" "$2" || return 1
    # apt's unprivileged downloader may not write here, and says so at length.
    (cd "$LAB/debs/$1" &&
        apt-get download -qq -o APT::Sandbox::User=root "$1" >>"$LAB/apt.log" 2>&1) &&
        dpkg -x "$LAB/debs/$1"/*.deb "$2"
}

# Names the libraries that the unpacked package $1 wants and that this machine lacks.
libraries_of() {
    dpkg-deb -f "$LAB/debs/$1"/*.deb Depends | tr ',' '\n' |
        sed 's/[|(:].*//; s/[[:space:]]//g' | grep '^lib' |
        while read -r library; do is_installed "$library" || echo "$library"; done
}

# Unpacks package $1 into $2 and, one after the other, all libraries it needs.
unpack_with_libraries() {
    unpack "$1" "$2" || return 1
    # shellcheck disable=SC2046 # the names are to be split
    set -- $(libraries_of "$1")
    while [ $# -gt 0 ]; do
        library=$1
        shift
        [ ! -d "$LAB/debs/$library" ] || continue
        unpack "$library" "$LAB/libs" || return 1
        # shellcheck disable=SC2046
        set -- "$@" $(libraries_of "$library")
    done
}

install_daemons() {
    mkdir -p "$LAB/lib"
    for package in $DAEMONS $MODULES $WRAPPER; do
        [ ! -f "$LAB/$package/.complete" ] || continue
        refresh_lists
        rm -rf "${LAB:?}/$package"
        if unpack_with_libraries "$package" "$LAB/$package"; then
            : >"$LAB/$package/.complete"
        else
            left_out "$package (no download, see target/lab/apt.log)"
        fi
    done
    # One flat directory is what LD_LIBRARY_PATH wants.
    find "$LAB/libs" "$LAB/$WRAPPER" -name '*.so*' ! -type d -exec cp -Pf {} "$LAB/lib/" \; \
        2>/dev/null
    for binary in vsftpd/usr/sbin/vsftpd proftpd-core/usr/sbin/proftpd \
        pure-ftpd/usr/sbin/pure-ftpd $MODULES/usr/lib/proftpd/mod_tls.so; do
        [ -e "$LAB/$binary" ] || continue
        lacks=$(LD_LIBRARY_PATH=$LAB/lib ldd "$LAB/$binary" | grep 'not found')
        [ -z "$lacks" ] || left_out "${binary##*/} (lacks" $lacks ")"
    done
}

install_clients() {
    wanted=
    for client in $CLIENTS; do
        has "${client%%:*}" || wanted="$wanted ${client##*:}"
    done
    [ -n "$wanted" ] || return 0
    refresh_lists
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $wanted >>"$LAB/apt.log" 2>&1
    for client in $CLIENTS; do
        has "${client%%:*}" || left_out "${client##*:} (see target/lab/apt.log)"
    done
}

pyftpdlib_works() {
    "$LAB/venv/bin/python" -c 'import pyftpdlib, OpenSSL' 2>/dev/null ||
        PYTHONPATH=$LAB/pylib python3 -c 'import pyftpdlib, OpenSSL' 2>/dev/null
}

try_pyftpdlib() {
    # shellcheck disable=SC2086 # the names are to be split
    set -- $PYFTPDLIB
    rm -rf "$LAB/venv" "$LAB/pylib"
    if python3 -m venv "$LAB/venv" >"$LAB/pip.log" 2>&1 &&
        "$LAB/venv/bin/python" -m pip install -q "$@" >>"$LAB/pip.log" 2>&1; then
        return 0
    fi
    rm -rf "$LAB/venv"
    python3 -m pip install -q --target "$LAB/pylib" "$@" >>"$LAB/pip.log" 2>&1
}

install_pyftpdlib() {
    pyftpdlib_works && return 0
    has python3 && try_pyftpdlib && pyftpdlib_works && return 0
    refresh_lists
    apt-get install -y -qq --no-install-recommends python3-venv >>"$LAB/apt.log" 2>&1
    try_pyftpdlib && pyftpdlib_works || left_out "pyftpdlib (see target/lab/pip.log)"
}

mkdir -p "$LAB" || exit 0
if [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$(mark)" ]; then
    exit 0
fi
if ! has apt-get || ! has dpkg-deb; then
    echo "lab: left out: $DAEMONS pyftpdlib lynx gopher (this is not Debian)"
    exit 0
fi
if [ "$(id -u)" != 0 ]; then
    echo "lab: left out: $DAEMONS pyftpdlib lynx gopher (not root)"
    exit 0
fi

missing=
: >"$LAB/apt.log"
rm -rf "$LAB/debs"
install_daemons
install_clients
install_pyftpdlib
rm -rf "$LAB/debs"
if [ -z "$missing" ]; then
    mark >"$STAMP"
    echo "lab: ready in target/lab: $DAEMONS pyftpdlib, and lynx gopher tmux curl"
fi
exit 0
