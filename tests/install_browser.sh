#!/usr/bin/env bash
# Installs Chromium for the tests that open pages in a real browser, where it is missing and apt can bring it.
set -euo pipefail

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then
        echo "Browser for the tests: $(command -v "$name")"
        exit 0
    fi
done

if ! command -v apt-get >/dev/null; then
    echo "No Chromium here, and no apt-get to install it with: install Chromium or Chrome by hand." >&2
    exit 1
fi

if [ "$(id -u)" -eq 0 ]; then
    as_root=()
elif command -v sudo >/dev/null; then
    as_root=(sudo)
else
    echo "No Chromium here. Ask the owner of this machine to run: apt-get install chromium" >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
# With set -u, an empty list must be written this way for old versions of bash.
${as_root[@]+"${as_root[@]}"} apt-get update -qq
${as_root[@]+"${as_root[@]}"} apt-get install -y -qq --no-install-recommends chromium
