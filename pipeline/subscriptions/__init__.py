"""People follow topics, queries and decisions, and are told of the meetings where these come up.

    following     what can be followed, and where somebody can be told; a new subscription
    finding       the meetings that are news to a subscription, with their moments
    messages      what is told to one receiver at once, and how far that is
    mails         a digest as a mail; mail_text: its words, mail_html: its page
    mail_server   mails, handed to a server
    events        a digest as the body of a webhook
    digest        all of it, once: for cron

Nothing here runs by itself. What was told is noted in the store, in such an order that whoever is killed in between
tells the same again, under the same name, and never forgets it.
"""

from __future__ import annotations
