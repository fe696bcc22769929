#!/usr/bin/env bash
# What a pipeline does with a release of Kotori, on the cluster of your current kubectl context:
# apply the migration, wait for this very generation of it, deploy the application, and have the
# rollout verified.
#   deploy.sh [IMAGE]      IMAGE instead of the one in migration.yaml and deployment.yaml
# Ends with 1 where the migration, the application or the verification did not succeed; the
# application is never deployed onto a database that is not ready for it.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
image="${1:-}"
# A person may have to approve: this long may all of it take.
limit="${DEPLOY_TIMEOUT_SECONDS:-3600}"

command -v kubectl >/dev/null || {
  echo "deploy.sh: there is no kubectl on the PATH" >&2
  exit 1
}

status() {
  kubectl -n kotori get databasemigration kotori -o jsonpath="{.status.$1}"
}

fail() {
  echo "deploy.sh: $*" >&2
  exit 1
}

# Applies a file of this folder, with another image if one was given.
apply() {
  if [ -n "$image" ]; then
    sed "s|image: .*/kotori-api:[^ ]*|image: $image|" "$here/$1" | kubectl apply -f -
  else
    kubectl apply -f "$here/$1"
  fi
}

migrate() {
  local generation phase before=
  apply migration.yaml
  generation="$(kubectl -n kotori get databasemigration kotori -o jsonpath='{.metadata.generation}')"
  # Until then the status is about the release before this one, whose run ends first.
  until kubectl -n kotori wait databasemigration kotori --timeout=5s \
    --for=jsonpath='{.status.observedGeneration}'="$generation" >/dev/null 2>&1; do
    phase="$(status phase)"
    if [ "${phase:-none}" != "$before" ]; then
      echo "waiting for the operator to take up generation $generation; it says: ${phase:-nothing yet, is it installed?}"
      before="${phase:-none}"
    fi
    [ "$SECONDS" -lt "$limit" ] || fail "the operator did not take up generation $generation within $limit s; nothing was deployed"
  done
  before=
  while ! kubectl -n kotori wait databasemigration kotori --timeout=5s \
    --for=jsonpath='{.status.phase}'=Succeeded >/dev/null 2>&1; do
    phase="$(status phase)"
    if [ "$phase" != "$before" ]; then
      echo "$phase: $(status message)"
      before="$phase"
    fi
    case "$phase" in
      Failed | Rejected | RolledBack | Unresolved) fail "the migration did not succeed; nothing was deployed" ;;
    esac
    [ "$SECONDS" -lt "$limit" ] || fail "not migrated within $limit s; nothing was deployed"
  done
  # A newer spec may have taken over meanwhile: then this release is not the one that succeeded.
  [ "$(status observedGeneration)" = "$generation" ] || fail "another spec was applied meanwhile; nothing was deployed"
  echo "Succeeded: $(status message)"
}

deploy() {
  apply deployment.yaml
  kubectl -n kotori rollout status deployment kotori-api --timeout=5m
}

verify() {
  local trigger state
  trigger="$(date +%s)"
  kubectl -n kotori annotate databasemigration kotori whimbrel.dev/verify-rollout="$trigger" --overwrite
  # The condition may still be about the rollout before this one.
  kubectl -n kotori wait databasemigration kotori --timeout=60s \
    --for=jsonpath='{.status.rollout.trigger}'="$trigger" >/dev/null
  while ! kubectl -n kotori wait databasemigration kotori --timeout=5s \
    --for=condition=RolloutVerified >/dev/null 2>&1; do
    state="$(status rollout.state)"
    case "$state" in
      Failed | Superseded) fail "the rollout is not verified ($state): $(status rollout.message)" ;;
    esac
    [ "$SECONDS" -lt "$limit" ] || fail "the rollout was not verified within $limit s"
  done
  echo "RolloutVerified: $(status rollout.message)"
}

migrate
deploy
verify
