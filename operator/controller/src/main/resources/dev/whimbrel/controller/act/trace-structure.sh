# Writes the structure of the database to folder $2 when the runner leaves the login in folder $1.
trap 'exit 0' TERM
# In blocks of 512 bytes: the runner refuses what comes near it.
ulimit -f 32768
while :; do
  if [ -e "$1/login" ] && [ ! -e "$2/ended" ]; then
    (
      # Its own limit is for locks only, and what it locks it holds for as long as it runs.
      . "$1/login" && timeout 110 pg_dump --schema-only --no-owner --no-privileges \
        --no-subscriptions --no-tablespaces --lock-wait-timeout=2000 --encoding=UTF8 \
        ${WHIMBREL_ROLE:+--role="$WHIMBREL_ROLE"} --file="$2/structure.sql"
    ) 2>"$2/errors"
    echo $? >"$2/end"
    mv "$2/end" "$2/ended"
  fi
  sleep 0.2
done
