"""A person's word on a link: found again after the notes were edited, laid over what was found, kept beside the notes.

locate      which block of other notes a corrected block is
overlay     corrections over alignments
portable    a correction that can travel to another database
validate    what a correction may say
toml_file   corrections as a file for version control
"""
