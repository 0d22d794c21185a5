"""What was asked for and how far it is, and whoever does it.

    queue        the queue as everybody sees it; `Store.jobs` is one, in the database
    presence     whether a worker is there, and what it can do
    worker       takes jobs and has each done by a process of its own, which it ends when the job is cancelled
    child        that process
    running      a job that takes notes through all stages
    scanning     a job that looks through a watched place
    retrying     which failures are tried again, and when

A job is a row. Whoever cancels it changes the row, and the worker ends the process: every stage may be interrupted at
any moment, and the next attempt goes on from its checkpoint.
"""
