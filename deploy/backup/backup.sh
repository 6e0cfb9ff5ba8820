#!/bin/sh
# Backs up database and uploaded files, encrypted to a public key whose private half is elsewhere.
#
#   backup now       one backup, at once
#   backup nightly   one a day at BACKUP_HOUR (UTC), for ever
#   backup is-fresh  exit 0 when the last good backup is younger than 26 hours
#
# DATABASE_URL, BACKUP_PUBLIC_KEY (age1...), BACKUP_FOLDER, MEDIA_ROOT, BACKUP_KEEP_DAYS.
# A file appears under its name only when it is whole. Uploaded files are kept by the checksum of
# their content, once each, and are never deleted here; `media-*.list.age` says which lay where.
set -eu
umask 077
folder=${BACKUP_FOLDER:-/backups}
media=${MEDIA_ROOT:-/srv/media}
keep=${BACKUP_KEEP_DAYS:-30}
hour=${BACKUP_HOUR:-2}
fresh_minutes=1560

encrypt() { # reads standard input, writes $1 whole or not at all
  age --recipient "$BACKUP_PUBLIC_KEY" --output "$1.part" || { rm -f "$1.part"; return 1; }
  mv "$1.part" "$1"
}

back_up_database() {
  # pg_dump's failure must not end as a short but well encrypted file: dump first, then encrypt.
  dump=$(mktemp "${TMPDIR:-/tmp}/dump.XXXXXX")
  if pg_dump --format=custom --no-owner --dbname="$DATABASE_URL" --file="$dump" \
    && encrypt "$folder/database-$1.dump.age" < "$dump"; then
    rm -f "$dump"
  else
    rm -f "$dump"
    return 1
  fi
}

back_up_media() {
  mkdir -p "$folder/media"
  list=$(mktemp "${TMPDIR:-/tmp}/list.XXXXXX")
  find "$media" -type f -exec sha256sum {} + > "$list" || { rm -f "$list"; return 1; }
  while read -r sum path; do
    kept="$folder/media/$sum.age"
    [ -e "$kept" ] || encrypt "$kept" < "$path" || { rm -f "$list"; return 1; }
  done < "$list"
  encrypt "$folder/media-$1.list.age" < "$list" || { rm -f "$list"; return 1; }
  rm -f "$list"
}

back_up() {
  : "${DATABASE_URL:?}" "${BACKUP_PUBLIC_KEY:?}"
  mkdir -p "$folder"
  stamp=$(date -u +%Y-%m-%dT%H%M%SZ)
  back_up_database "$stamp" || { echo "backup: the database could not be saved" >&2; return 1; }
  back_up_media "$stamp" || { echo "backup: the files could not be saved" >&2; return 1; }
  find "$folder" -maxdepth 1 -name '*.age' -mtime "+$keep" -delete
  find "$folder" -name '*.part' -delete
  touch "$folder/last-good"
  echo "backup: $stamp is safe"
}

case "${1:-}" in
  now) back_up ;;
  nightly)
    while :; do
      now=$(date -u +%s)
      due=$(( now - now % 86400 + hour * 3600 ))
      [ "$due" -gt "$now" ] || due=$(( due + 86400 ))
      sleep $(( due - now )) & wait $!
      back_up || echo "backup: failed, the next try is tomorrow" >&2
    done ;;
  is-fresh) [ -n "$(find "$folder/last-good" -mmin "-$fresh_minutes" 2>/dev/null)" ] ;;
  *) echo "usage: backup now|nightly|is-fresh" >&2; exit 2 ;;
esac
