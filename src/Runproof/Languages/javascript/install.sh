#!/bin/sh
# Installs the dependencies of a JavaScript project as its lock file says: npm, pnpm or yarn, whichever wrote it. No install script of any package runs.
set -e
log=/tmp/install.log
tools=/tmp/runproof-tools
tool() { # tool PACKAGE@VERSION: a package manager, brought by npm into a folder of its own
    quiet npm install --no-audit --no-fund --ignore-scripts --prefix "$tools" "$1" || return
    PATH="$tools/node_modules/.bin:$PATH"
}
quiet() { # quiet COMMAND...: what it says is told only when it fails, and the line that says why comes last
    "$@" >$log 2>&1 && return
    code=$?
    cat $log >&2
    grep -E 'failed, reason|ERR_PNPM|YN00[0-9]+: .*(rror|not found)|[Ee]rror' $log | grep -vE 'complete log|npm error (code|errno|syscall|/)' | tail -1 >&2
    return $code
}
wanted() { # the version that package.json names for a package manager
    node -p "((require('./package.json').packageManager || '').match(/^$1@(\d+\.\d+\.\d+)/) || [])[1] || ''"
}
if [ -f pnpm-lock.yaml ]; then
    version=$(wanted pnpm)
    tool "pnpm@${version:-9}" || tool pnpm@9
    quiet pnpm install --frozen-lockfile --ignore-scripts --config.manage-package-manager-versions=false --store-dir /tmp/pnpm --package-import-method=copy
elif [ -f yarn.lock ] && { [ -f .yarnrc.yml ] || grep -q '^__metadata:' yarn.lock; }; then
    own=$(sed -n 's/^yarnPath: *"*\([^"]*\)"*/\1/p' .yarnrc.yml 2>/dev/null) || own=
    version=$(wanted yarn)
    tool "@yarnpkg/cli-dist@${version:-4}" || tool @yarnpkg/cli-dist@4
    yarn="node $tools/node_modules/@yarnpkg/cli-dist/bin/yarn.js"
    [ -n "$own" ] && [ -f "$own" ] && yarn="node $own"
    export YARN_NODE_LINKER=node-modules YARN_ENABLE_SCRIPTS=0 YARN_ENABLE_GLOBAL_CACHE=0 YARN_CACHE_FOLDER=/tmp/yarn YARN_ENABLE_TELEMETRY=0 YARN_IGNORE_PATH=1 YARN_ENABLE_HARDENED_MODE=0
    quiet $yarn install --immutable 2>/dev/null || quiet $yarn install --no-immutable
elif [ -f yarn.lock ]; then
    tool yarn@1
    quiet yarn install --frozen-lockfile --ignore-scripts --non-interactive --ignore-engines --cache-folder /tmp/yarn
elif [ -f package-lock.json ] || [ -f npm-shrinkwrap.json ]; then
    quiet npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
else
    npm="npm install --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error"
    quiet $npm 2>/dev/null || quiet $npm --legacy-peer-deps
fi
