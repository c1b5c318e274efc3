#!/bin/sh
# Writes the manual page and the completion scripts of a kubewalk into a directory:
#   extras.sh BINARY DIRECTORY
set -eu
binary=$1
directory=$2
mkdir -p "$directory"
"$binary" man >"$directory/kubewalk.1"
"$binary" completion bash >"$directory/kubewalk.bash"
"$binary" completion fish >"$directory/kubewalk.fish"
"$binary" completion zsh >"$directory/_kubewalk"
