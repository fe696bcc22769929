# Writes the structure of the database to folder $2 when the runner leaves the login in folder $1.
trap 'exit 0' TERM
while :; do
  if [ -e "$1/login" ] && [ ! -e "$2/ended" ]; then
    (
      . "$1/login" && pg_dump --schema-only --no-owner --no-privileges --no-subscriptions \
        --no-tablespaces --lock-wait-timeout=2000 ${WHIMBREL_ROLE:+--role="$WHIMBREL_ROLE"} \
        --file="$2/structure.sql"
    ) 2>"$2/errors"
    echo $? >"$2/end"
    mv "$2/end" "$2/ended"
  fi
  sleep 0.2
done
