#!/usr/bin/env python3
"""Usage: archive.py FOLDER ARCHIVE...

Packs a folder, under its own name, into each archive (.tar.gz or .zip). Only names, contents and the right to execute go in, in a fixed order and with
the time SOURCE_DATE_EPOCH: the same files make the same archive, to the octet.
"""
import gzip
import os
import pathlib
import sys
import tarfile
import time
import zipfile


def files_of(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def mode_of(path):
    return 0o755 if path.parent.name == "bin" else 0o644


def write_tar(folder, archive, epoch):
    # gzip keeps the time and the name of its file; an empty name and a fixed time make nothing of either.
    with open(archive, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, epoch) as packed, tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in files_of(folder):
            entry = tarfile.TarInfo(path.relative_to(folder.parent).as_posix())
            entry.size, entry.mtime, entry.mode = path.stat().st_size, epoch, mode_of(path)
            entry.uname = entry.gname = "root"
            with open(path, "rb") as content:
                tar.addfile(entry, content)


def write_zip(folder, archive, epoch):
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in files_of(folder):
            entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), time.gmtime(epoch)[:6])
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = (0o100000 | mode_of(path)) << 16
            packed.writestr(entry, path.read_bytes())


def main(folder, *archives):
    epoch = int(os.environ["SOURCE_DATE_EPOCH"])
    for archive in archives:
        (write_zip if archive.endswith(".zip") else write_tar)(pathlib.Path(folder), archive, epoch)


if __name__ == "__main__":
    main(*sys.argv[1:])
