"""What was asked for and how far it is, and whoever does it.

    queue        the queue as everybody sees it; `Store.jobs` is one, in the database
    presence     whether a worker is there, and what it can do
    worker       takes jobs and has each done by a process of its own, which it ends when the job is cancelled
    child        that process
    running      a job that takes notes through all stages, or, where the queue is shared, its first and last part
    handing_over what a run leaves to other workers
    orders       what one part of a run asks of the next
    fetching     the part that asks hosts for recordings
    hearing      the part that hears them
    reporting    how far a job is, as its process tells it
    notifying    a job that tells another program how one ended
    scanning     a job that looks through a watched place
    retrying     which failures are tried again, and when
    drafts       what somebody wants to become a meeting: a folder each until it is one
    draft_expiry those that nobody goes on with
    draft_checks what may be in one
    understood   what is understood of a draft, as it is shown
    looking      a job that says so
    draft_notes  the notes that a draft becomes
    made_notes   those that are made of what the host of a recording says
    adopting     a draft becomes notes of the data folder
    own_notes    notes of the data folder, which can be edited; each version is kept

A job is a row. Whoever cancels it changes the row, and the worker ends the process: every stage may be interrupted at
any moment, and the next attempt goes on from its checkpoint.
"""
