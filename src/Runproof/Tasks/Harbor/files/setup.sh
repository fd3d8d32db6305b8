#!/bin/sh
# Makes the initial state of the task while the image is built: sh setup.sh, as root.
# The repository is one orphan commit whose tree already holds the bug, with no other Git object; or it came with the past of its base commit.
set -e
here=$(dirname "$(readlink -f "$0")")
id runner >/dev/null 2>&1 || useradd --create-home --shell /bin/bash runner
mkdir -p /testbed /opt/env
tar --extract --gzip --file "$here/testbed.tar.gz" --directory /testbed --no-same-owner
[ ! -f "$here/dependencies.tar.gz" ] || tar --extract --gzip --file "$here/dependencies.tar.gz" --directory / --no-same-owner
cd /testbed
git init --quiet --initial-branch=main .
git config user.name runproof
git config user.email runproof@localhost
git config gc.auto 0
mkdir -p .git/info
while IFS= read -r name; do [ -z "$name" ] || echo "$name/" >>.git/info/exclude; done <"$here/installed.txt"
set -f
git add --all --force -- . $(sed 's,.*,:(exclude\,glob)**/&/**,' "$here/installed.txt")
git diff --cached --quiet HEAD 2>/dev/null || GIT_AUTHOR_DATE='2026-01-01T00:00:00Z' GIT_COMMITTER_DATE='2026-01-01T00:00:00Z' git commit --quiet --no-verify --allow-empty -m 'Initial state'
rm -rf .git/logs .git/hooks .git/COMMIT_EDITMSG "$here/testbed.tar.gz"
git config --system --replace-all safe.directory /testbed
chown -R runner /testbed /opt/env
