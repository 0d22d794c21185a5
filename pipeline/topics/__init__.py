"""What comes back across meetings.

finding                         the notes of one meeting → what they name and mark, which the search index keeps
identifiers                     issues, documents, repositories, versions, names in code, by the modules below
trackers, bare_numbers          issues by their address, and by their number alone
standards, versions, code_names the others
inline_html, taken              a block in pieces, and what has been read of them
terms, people, attendees        words that may be topics, and those that are names of people
marks, mark_*                   decisions and actions
speakers, speaker_identity      who speaks
archive                         all meetings → the topics that come back
resolving                       whose issue a bare number is, as all links together tell
choosing                        which terms are topics, beside the other meetings
moments, beside, trends         when a topic was discussed, what else was, what rises and what has gone quiet
"""
