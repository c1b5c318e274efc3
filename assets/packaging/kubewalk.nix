# A Nix expression for `nix-build -E '(import <nixpkgs> { }).callPackage ./kubewalk.nix { }'`. The release
# workflow fills in the version, the repository and the checksums.
{ stdenvNoCC, fetchurl, installShellFiles }:
let
  archives = {
    x86_64-linux = {
      target = "x86_64-unknown-linux-musl";
      sha256 = "{{ .Sha256 }} x86_64-unknown-linux-musl";
    };
    aarch64-linux = {
      target = "aarch64-unknown-linux-musl";
      sha256 = "{{ .Sha256 }} aarch64-unknown-linux-musl";
    };
    x86_64-darwin = {
      target = "x86_64-apple-darwin";
      sha256 = "{{ .Sha256 }} x86_64-apple-darwin";
    };
    aarch64-darwin = {
      target = "aarch64-apple-darwin";
      sha256 = "{{ .Sha256 }} aarch64-apple-darwin";
    };
  };
  archive = archives.${stdenvNoCC.hostPlatform.system};
in
stdenvNoCC.mkDerivation rec {
  pname = "kubewalk";
  version = "{{ .Version }}";
  src = fetchurl {
    url = "${meta.homepage}/releases/download/{{ .TagName }}/kubewalk-{{ .TagName }}-${archive.target}.tar.gz";
    inherit (archive) sha256;
  };
  sourceRoot = ".";
  nativeBuildInputs = [ installShellFiles ];
  installPhase = ''
    install -Dm755 kubewalk -t $out/bin
    installManPage kubewalk*.1
    installShellCompletion kubewalk.bash kubewalk.fish _kubewalk
  '';
  meta = {
    description = "Walk a Kubernetes API server, and see what a pod's containers see";
    homepage = "https://github.com/{{ .Repository }}";
    mainProgram = "kubewalk";
  };
}
