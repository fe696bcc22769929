# Makes layer.tar in the working directory: the Python of this machine's distribution with what a
# requirements file asks for, as "USER kotori" and "RUN pip install --user" leave it in an image.
# Nothing is installed on this machine and no container is run; apt-get and pip are used as they
# are set up here.
#
# usage: python-image.sh USER REQUIREMENTS PIP_REQUIREMENTS HOST_PYTHON
set -eu
user=$1 requirements=$2 pip_requirements=$3 host_python=$4
work=$PWD
root=$work/root

fetch_packages() {
  # With an empty status file apt takes nothing for installed and fetches the whole closure.
  : >"$work/status"
  mkdir -p "$work/packages/partial"
  fetch="apt-get -q -y --no-install-recommends --download-only
    -o Dir::State::status=$work/status -o Dir::Cache::archives=$work/packages
    -o APT::Sandbox::User=root -o Debug::NoLocking=1
    install base-files coreutils dash python3"
  $fetch || { apt-get -q update && $fetch; }
}

unpack_packages() {
  for folder in bin sbin lib lib64; do
    mkdir -p "$root/usr/$folder"
    ln -s "usr/$folder" "$root/$folder"
  done
  for package in "$work"/packages/*.deb; do
    # dpkg -x would put folders in the place of those links.
    dpkg --fsys-tarfile "$package" | tar -x -p --keep-directory-symlink -C "$root"
  done
  rm -rf "$root/usr/share/doc" "$root/usr/share/man" "$root/usr/share/locale" \
    "$root/usr/share/info" "$root/usr/share/lintian"
}

add_user() {
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' \
    >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  printf '%s:x:1000:1000::/home/%s:/bin/sh\n' "$user" "$user" >>"$root/etc/passwd"
  printf '%s:x:1000:\n' "$user" >>"$root/etc/group"
  mkdir -p "$root/home/$user"
  chown 1000:1000 "$root/home/$user"
}

inside() {
  chroot --userspec=1000:1000 "$root" /usr/bin/env -i \
    PATH="/home/$user/.local/bin:/usr/bin:/bin" HOME="/home/$user" LANG=C.UTF-8 "$@"
}

install_requirements() {
  version=$(inside python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  mkdir "$root/wheels"
  for list in "$requirements" "$pip_requirements"; do
    "$host_python" -m pip download --no-input --disable-pip-version-check --progress-bar=off \
      --require-hashes --only-binary=:all: --python-version="$version" \
      --dest="$root/wheels" --requirement="$list"
  done
  cp "$requirements" "$root/wheels/requirements.txt"
  chmod -R a+rX "$root/wheels"
  : >"$root/dev/null"
  chmod 666 "$root/dev/null"
  # pip runs from its own archive, so that the image does not come to hold one.
  pip=$(basename "$root"/wheels/pip-*.whl)
  inside python3 "/wheels/$pip/pip" install --user --break-system-packages --no-index \
    --find-links=/wheels --require-hashes --no-cache-dir --no-warn-script-location \
    --requirement=/wheels/requirements.txt
  rm -rf "$root/wheels" "$root/dev/null"
}

mkdir "$root"
fetch_packages
unpack_packages
add_user
install_requirements
# As the packages' own scripts would do; else every start compiles the library anew.
chroot "$root" /usr/bin/python3 -m compileall -q "/usr/lib/python$version" || true
tar -c --numeric-owner --sort=name -f "$work/layer.unfinished" -C "$root" .
rm -rf "$root" "$work/packages" "$work/status"
mv "$work/layer.unfinished" "$work/layer.tar"
