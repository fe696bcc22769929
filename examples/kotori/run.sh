#!/usr/bin/env bash
# Two releases of Kotori before your eyes: one that is carried out, one that fails halfway and is
# taken back. As root on Linux a kubelet runs the team's image; elsewhere, and with
# `--cluster local`, a simulated node does. With `--backend cloudbuild` builds make the images and do
# the steps. `run.sh --help` lists the options.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

# A real node needs the image of operator and runner; a simulated one runs their classes.
image=false
if [ "$(uname -s)" = Linux ] && [ "$(id -u)" = 0 ]; then image=true; fi
case " $* " in
  *" --backend cloudbuild "* | *" --backend=cloudbuild "* | *" --cluster local "* | *" --cluster=local "* | *" --help "* | *" --version "*) image=false ;;
esac

export WHIMBREL_IMAGE="$image"
exec "$here/../quickstart/launch.sh" dev.whimbrel.quickstart.kotori.Main "$@"
