#!/usr/bin/env bash
# Tells one whole conversation in the terminal. Called by `./dev demo`, which builds what it needs.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
exec node tools/demo.mjs "$@"
