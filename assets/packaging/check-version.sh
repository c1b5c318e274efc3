#!/bin/sh
# Fails if a tag, the version of the crate and the CHANGELOG of a directory do not agree:
#   check-version.sh TAG [DIRECTORY]
set -eu
tag=$1
cd "${2:-.}"
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
if [ "$tag" != "v$version" ]; then
  echo "the tag is $tag, and Cargo.toml has version $version: the tag must be v$version" >&2
  exit 1
fi
if ! grep -q "^## \[*$version\]* - [0-9]\{4\}-[0-9]\{2\}-[0-9]\{2\}$" CHANGELOG.md; then
  echo "CHANGELOG.md has no heading \"## $version - YYYY-MM-DD\"" >&2
  exit 1
fi
