"""Found moments as links in the notes themselves, written into their bytes and taken out of them again.

moments     which link each block is to have
placement   where in the file it goes
rewriting   the file with its links, checked
memory      what was written, to tell what people have changed since
lint        what is wrong with links that people wrote
files       notes files as they stand on the disk

Nothing is rendered anew: every byte that is no link of ours stays.
"""
