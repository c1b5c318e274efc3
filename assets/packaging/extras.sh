#!/bin/sh
# Writes the manual pages and the completion scripts of a kubewalk into a directory:
#   extras.sh BINARY DIRECTORY
set -eu
binary=$1
directory=$2
mkdir -p "$directory"
"$binary" man --all "$directory"
"$binary" completion bash >"$directory/kubewalk.bash"
"$binary" completion fish >"$directory/kubewalk.fish"
"$binary" completion zsh >"$directory/_kubewalk"
