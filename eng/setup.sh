# What the launchers share: bring what is missing, build, and say nothing on stdout.
# Sourced with `root` set to the root of the clone.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
ast_grep_version=0.51.1

fail() {
    echo "runproof: $1" >&2
    exit 3
}

# need_debian PACKAGE...: installs those that are not there.
need_debian() {
    missing=
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null || fail "these packages are missing and this is not Debian:$missing"
    if [ "$(id -u)" = 0 ]; then as_root=; elif sudo -n true 2>/dev/null; then as_root=sudo; else fail "missing packages: sudo apt-get install$missing"; fi
    echo "installing$missing" >&2
    $as_root apt-get update -qq >&2 || true
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>"$root/.tools-apt.log" ||
        { tail -3 "$root/.tools-apt.log" >&2; fail "apt-get could not install$missing"; }
    rm -f "$root/.tools-apt.log"
}

need_base() {
    command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: install it from your system's packages or Microsoft's"
    command -v git >/dev/null || need_debian git
    command -v bwrap >/dev/null && command -v unshare >/dev/null && command -v setpriv >/dev/null && command -v busybox >/dev/null || need_debian bubblewrap util-linux busybox-static
    need_ast_grep
}

need_ast_grep() {
    [ -n "${RUNPROOF_AST_GREP:-}" ] && return 0
    [ -x "$root/.tools/node_modules/@ast-grep/cli/ast-grep" ] || [ -n "$(ls "$root"/.tools/node_modules/@ast-grep/cli-*/ast-grep 2>/dev/null)" ] || {
        command -v npm >/dev/null || fail "Node.js with npm is missing: it brings ast-grep, which finds the places for bugs"
        echo "installing ast-grep $ast_grep_version" >&2
        mkdir -p "$root/.tools"
        npm install --silent --no-fund --no-audit --no-package-lock --ignore-scripts --prefix "$root/.tools" "@ast-grep/cli@$ast_grep_version" >/dev/null 2>"$root/.tools/npm.log" ||
            { tail -3 "$root/.tools/npm.log" >&2; fail "npm could not install @ast-grep/cli"; }
    }
}

# build PROJECT STAMP: builds when a source is newer than the last build.
build() {
    stamp="$root/artifacts/$2.stamp"
    if [ -f "$stamp" ] && [ -z "$(find "$root/src" "$root/operators" "$root/attacks" "$root/repairs" "$root/Directory.Build.props" "$root/Directory.Packages.props" "$root/$1" -newer "$stamp" -type f -print -quit 2>/dev/null)" ]; then return 0; fi
    case "$root" in *[\'\"\;%@\$\(\)*?]*) fail "MSBuild cannot build below a path with quotes or signs of its own language: move this clone from '$root' (workspaces and repositories may lie at any path)" ;; esac
    mkdir -p "$root/artifacts"
    echo "building" >&2
    dotnet build "$root/$1" --configuration Release --nologo -v quiet >"$root/artifacts/$2.log" 2>&1 ||
        { grep -E 'error|warning' "$root/artifacts/$2.log" | sort -u | head -20 >&2; fail "the build failed: see artifacts/$2.log"; }
    touch "$stamp"
}
