"""Meetings through all stages: what is stored is skipped, an interrupted run resumes, a failure stops no other meeting.

companions    files that belong to notes by their names
given         what a run is to use for each of its notes
inputs        what a run is made from: notes, files, addresses
identity      which stored meeting notes are, by what people leave alone; pure
placing       does it for the files of a run
moved_files   a recording's file that was moved is still that recording
renewed       another recording behind the same address
gone          meetings whose notes are gone
plan          what is stored and what was asked → what there is to do; pure
runner        does it
reporter      who hears how far it is
estimate      how long it will take
memory        what earlier runs measured and told
elsewhere     what is left to other workers
recognition   what is said in a recording, heard here or elsewhere
parts         a recording in several parts as one
downloads     what is asked of hosts
politeness    manners towards hosts
sources       transcripts that somebody published
"""
