"""An archive as one file, and an archive made of such a file.

    contents   what a backup is: its description, its list of files, what is taken from a data folder
    writing    a data folder in use → one whole file
    staging    a folder of our own
    reading    a file from anywhere → checked files in such a folder
    served     the database of an archive on a server, replaced by that of a backup
    restoring  these in place of what is there, which is moved aside; goes on where it was killed

A backup is a tar. The first file in it says what it is, the last one lists all others with their sha256: without it,
the backup is not whole.
"""

from __future__ import annotations

from pipeline.backup.contents import BackupDescription, BackupMemory, remembered
from pipeline.backup.restoring import PreparedRestore, Restored, asides, go_on, prepare
from pipeline.backup.staging import staging_folders
from pipeline.backup.writing import WrittenBackup, write_backup

__all__ = [
    "BackupDescription",
    "BackupMemory",
    "PreparedRestore",
    "Restored",
    "WrittenBackup",
    "asides",
    "go_on",
    "prepare",
    "remembered",
    "staging_folders",
    "write_backup",
]
