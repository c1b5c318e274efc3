#!/bin/sh
# Fills the templates of packages with the checksums of a release:
#   fill.sh TAG OWNER/NAME SHA256SUMS DIRECTORY
set -eu
tag=$1
repository=$2
sums=$3
directory=$4
templates=$(dirname "$0")
values="s|{{ .TagName }}|$tag|g; s|{{ .Version }}|${tag#v}|g; s|{{ .Repository }}|$repository|g"
while read -r sum archive; do
  target=${archive#"kubewalk-$tag-"}
  values="$values; s|{{ .Sha256 }} ${target%.tar.gz}|$sum|g"
done <"$sums"
mkdir -p "$directory"
sed "$values" "$templates/../../.krew.yaml" >"$directory/walk.yaml"
for name in PKGBUILD kubewalk.nix kubewalk.rb; do
  sed "$values" "$templates/$name" >"$directory/$name"
done
# A checksum is missing where a placeholder is left.
if grep -r '{{ ' "$directory" >&2; then exit 1; fi
