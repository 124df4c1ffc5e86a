#!/usr/bin/env bash
# test/vm/run.sh COMMAND: runs a shell command as root, in this folder, in a virtual machine with a kernel of its own.
# The machine sees the host's files; what it writes is gone afterwards. For other kernels than the host's, and for hosts
# where no network namespace can be made.
#
# Needs qemu-system-x86_64, busybox (static), kmod, dpkg-deb and xz. The kernel is Debian's linux-image-amd64, fetched once
# into $RTNETLINK_VM (by default ~/.cache/rtnetlink-vm); a kernel unpacked there by hand (boot/, lib/modules/) serves too.
# $RTNETLINK_QEMU is another qemu, and $RTNETLINK_VM_DEVICES are words for it: hardware that some fixtures need.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${RTNETLINK_VM:-${XDG_CACHE_HOME:-$HOME/.cache}/rtnetlink-vm}

fetch_kernel() {
  local package
  package=$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image-/ { print $2; exit }')
  echo "fetching $package" >&2
  mkdir -p "$cache/packages"
  (cd "$cache/packages" && apt-get -qq -o APT::Sandbox::User=root download "$package")
  dpkg-deb -x "$cache"/packages/"$package"_*.deb "$cache"
  rm -r "$cache/packages"
}

# The newest kernel in the cache.
kernel_version() { ls "$cache/lib/modules" 2>/dev/null | sort -V | tail -n 1; }

# A first file system: busybox, the modules that mount the host's files, and init.
make_initrd() {
  local root=$cache/initrd.d module
  depmod -b "$cache" "$1" 2>/dev/null
  rm -rf "$root"
  mkdir -p "$root"/{bin,modules,proc,sys,dev,host,layer,new}
  cp "$(command -v busybox)" "$root/bin/busybox"
  cp "$here/init" "$root/init"
  chmod +x "$root/init"
  for module in virtio_pci 9pnet_virtio 9p overlay; do
    { modprobe -d "$cache" -S "$1" --show-depends "$module" 2>/dev/null || true; } | awk '/^insmod/ { print $2 }'
  done | awk '!seen[$0]++' | while read -r file; do
    module=$(basename "$file" .xz)
    case $file in *.xz) xz -dc "$file" >"$root/modules/$module" ;; *) cp "$file" "$root/modules/$module" ;; esac
    echo "$module" >>"$root/modules/order"
  done
  (cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$cache/initrd-$1"
}

[ -n "$(kernel_version)" ] || fetch_kernel
version=$(kernel_version)
[ "$cache/initrd-$version" -nt "$here/init" ] || make_initrd "$version"

job=$(mktemp -d)
trap 'rm -rf "$job"' EXIT
printf 'cd %q\nexport CI=%q\n%s\n' "$PWD" "${CI:-}" "$*" >"$job/command"

timeout "${RTNETLINK_VM_SECONDS:-1800}" "${RTNETLINK_QEMU:-qemu-system-x86_64}" \
  -accel tcg,thread=multi -cpu max -M q35 -m 3072 -smp 2 -nographic -no-reboot -nic none -vga none \
  -kernel "$cache/boot/vmlinuz-$version" -initrd "$cache/initrd-$version" \
  -append 'console=ttyS0 quiet panic=-1 loglevel=3 mitigations=off' \
  -virtfs local,path=/,mount_tag=host,security_model=passthrough,readonly=on,multidevs=remap \
  -virtfs local,path="$cache/lib/modules",mount_tag=modules,security_model=passthrough,readonly=on \
  -virtfs local,path="$job",mount_tag=job,security_model=passthrough ${RTNETLINK_VM_DEVICES:-} \
  </dev/null >"$job/console" 2>&1 || true

cat "$job/output" 2>/dev/null || true
if [ ! -f "$job/status" ]; then
  echo "the virtual machine did not finish:" >&2
  tail -n 20 "$job/console" >&2
  exit 125
fi
exit "$(cat "$job/status")"
