"""Tells on what kind of file system a folder lies."""

from __future__ import annotations

from pathlib import Path

NETWORK_FILESYSTEMS = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "fuse.sshfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    }
)
"""Kinds whose clients do not share memory maps and whose locks cannot be relied on."""

MOUNTS = Path("/proc/self/mountinfo")
"""Linux' table of mounts; elsewhere there is none and nothing is known."""


def network_filesystem(folder: Path, mounts: Path = MOUNTS) -> str | None:
    """The kind of the network file system that holds `folder`; None when it is a local one or not known."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    resolved = folder.resolve()
    best: tuple[int, str] = (-1, "")
    for line in lines:
        place, _, details = line.partition(" - ")
        mount_point = Path(_unescape(place.split(" ")[4]))
        if resolved.is_relative_to(mount_point) and len(mount_point.parts) >= best[0]:
            best = (len(mount_point.parts), details.split(" ")[0])
    return best[1] if best[1] in NETWORK_FILESYSTEMS or best[1].startswith("fuse.glusterfs") else None


def _unescape(text: str) -> str:
    """Mount points write space, tab, line feed and backslash as octal escapes."""
    for escape, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(escape, character)
    return text
