#!/usr/bin/env bash
# One migration from apply to Succeeded, before your eyes. Builds what it needs, then hands over to
# a small Java program; `run.sh --help` lists its options, README.md beside this file explains.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
exec "$here/launch.sh" dev.whimbrel.quickstart.Main "$@"
