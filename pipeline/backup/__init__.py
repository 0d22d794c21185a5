"""An archive as one file, and an archive made of such a file.

    contents   what a backup is: its description, its list of files, what is taken from a data folder
    writing    a data folder in use → one whole file
    reading    a file from anywhere → checked files in a folder of their own
    restoring  these in place of what is there, which is moved aside; goes on where it was killed

A backup is a tar. The first file in it says what it is, the last one lists all others with their sha256: without it,
the backup is not whole.
"""

from __future__ import annotations

from pipeline.backup.contents import BackupDescription, BackupMemory, remembered
from pipeline.backup.restoring import PreparedRestore, asides, go_on, prepare
from pipeline.backup.writing import WrittenBackup, write_backup

__all__ = [
    "BackupDescription",
    "BackupMemory",
    "PreparedRestore",
    "WrittenBackup",
    "asides",
    "go_on",
    "prepare",
    "remembered",
    "write_backup",
]
