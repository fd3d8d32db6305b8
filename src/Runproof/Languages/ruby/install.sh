#!/bin/sh
# Installs the gems that a Gemfile names into the environment, with Bundler. Where that does not work it says why, and the environment goes on with what the system has.
bundler() {
  if command -v bundle >/dev/null; then bundle "$@"; else ruby -e 'require "bundler"; require "bundler/cli"; require "bundler/friendly_errors"; Bundler.with_friendly_errors { Bundler::CLI.start(ARGV) }' -- "$@"; fi
}
mkdir -p /opt/env/gems
log=$(bundler install --jobs 2 --quiet 2>&1 </dev/null) && exit 0
said=$(printf '%s\n' "${log:-Bundler is not there}" | grep -v '^fatal: not a git repository' | grep -v '^[[:space:]]*$')
printf '%s\n' "$said" | { grep -iE 'could not|cannot|unable|error' || printf '%s\n' "$said"; } | head -1 >&2
exit 1
