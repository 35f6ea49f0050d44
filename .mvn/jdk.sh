# Sourced by mvnw and headrace: sets JAVA_HOME to a JDK of version 25 or later, or says what to install and exits.
# Looks at JAVA_HOME, at the javac of PATH, then in the folders where systems keep JVMs.

jdk_version() {
  [ -x "$1/bin/javac" ] && [ -f "$1/release" ] || return 1
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

jdk_fits() {
  version=$(jdk_version "$1") && [ -n "$version" ] && [ "$version" -ge 25 ]
}

jdk_of_path() {
  javac=$(command -v javac) || return 1
  while [ -L "$javac" ]; do
    target=$(readlink "$javac")
    case $target in
      /*) javac=$target ;;
      *) javac=$(dirname "$javac")/$target ;;
    esac
  done
  dirname "$(dirname "$javac")"
}

find_jdk() {
  if [ -n "${JAVA_HOME:-}" ] && jdk_fits "$JAVA_HOME"; then
    return
  fi
  for candidate in "$(jdk_of_path || true)" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$candidate" ] && jdk_fits "$candidate"; then
      JAVA_HOME=$candidate
      export JAVA_HOME
      return
    fi
  done
  echo "Headrace needs a JDK 25 or later: install one (for example Temurin 25), or set JAVA_HOME to its folder." >&2
  exit 2
}

find_jdk
