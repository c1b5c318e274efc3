# For a Homebrew tap. The release workflow fills in the version, the repository and the checksums.
class Kubewalk < Formula
  desc "Walk a Kubernetes API server, and see what a pod's containers see"
  homepage "https://github.com/{{ .Repository }}"
  version "{{ .Version }}"
  license any_of: ["Apache-2.0", "MIT"]

  target, checksum =
    if OS.mac? && Hardware::CPU.arm?
      ["aarch64-apple-darwin", "{{ .Sha256 }} aarch64-apple-darwin"]
    elsif OS.mac?
      ["x86_64-apple-darwin", "{{ .Sha256 }} x86_64-apple-darwin"]
    elsif Hardware::CPU.arm?
      ["aarch64-unknown-linux-musl", "{{ .Sha256 }} aarch64-unknown-linux-musl"]
    else
      ["x86_64-unknown-linux-musl", "{{ .Sha256 }} x86_64-unknown-linux-musl"]
    end
  url "#{homepage}/releases/download/{{ .TagName }}/kubewalk-{{ .TagName }}-#{target}.tar.gz"
  sha256 checksum

  def install
    bin.install "kubewalk"
    man1.install Dir["kubewalk*.1"]
    bash_completion.install "kubewalk.bash" => "kubewalk"
    fish_completion.install "kubewalk.fish"
    zsh_completion.install "_kubewalk"
  end

  test do
    assert_match "endpoint   demo", shell_output("#{bin}/kubewalk info --demo")
  end
end
