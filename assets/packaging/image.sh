#!/bin/sh
# Builds the image with the binary of a directory, and fails unless it has one layer with the binary and
# nothing else, and another user than root: image.sh DIRECTORY. Needs root and buildah, and no daemon.
set -eu
root=$(dirname "$0")/../..
buildah() { command buildah --storage-driver vfs "$@"; }
buildah bud --isolation chroot -t kubewalk -f "$root/assets/Containerfile" "$1"
user=$(buildah inspect --type image --format '{{.OCIv1.Config.User}}' kubewalk)
layers=$(buildah inspect --type image --format '{{len .OCIv1.RootFS.DiffIDs}}' kubewalk)
container=$(buildah from kubewalk)
files=$(cd "$(buildah mount "$container")" && find . -type f)
buildah run --isolation chroot --user 12345 "$container" -- /bin/kubewalk info --demo
buildah rm "$container" >/dev/null
echo "user $user, layers $layers, files $files"
test "$user" = 65532:65532
test "$layers" = 1
test "$files" = ./bin/kubewalk
