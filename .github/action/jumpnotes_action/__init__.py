"""The steps of action.yml. What is where:

    steps      which step is which function; errors as the runner shows them
    runner     what the runner is told: outputs, annotations, the summary of a job
    inputs     what the workflow asks for, checked
    install    jumpnotes in an environment of its own, with no more than the notes need
    plan       which notes have a transcript, which are on YouTube, which have to be heard
    ways       that, as one step hands it on to the next
    link       the notes linked or checked by the command line
    changes    what stands in the notes now that did not before
    report     that in Markdown, for a pull request and a job: nothing in it can mean more than it says
    publish    a branch with it, and a pull request
    pulls      GitHub's API of pull requests

File names, notes and titles are written by anybody. They are never part of a command line's syntax, a commit message,
or a line that the runner takes for a command. The token is known to `publish` alone.
"""
