"""Notes in, recording in, jump-links out. What is where:

    records        the nouns: notes, recordings, transcripts, alignments, meetings, hits
    errors         what can go wrong, with a hint what to do about it
    timecode       every time in text ↔ seconds
    mail_addresses addresses of e-mail and of mail servers as text
    intervals      how often, as people write it ↔ seconds
    links          what a URL says about a video
    page_addresses the addresses of the pages, wherever they are named
    series         the series a meeting belongs to, as its title tells it
    part_clock     the clocks of a recording in several parts, and the one they have in common
    redacted       a transcript without the passages that were taken out, and the lines that say so
    muted_media    the files of a recording in which these are not to be heard
    section_spans  when blocks end, and where sections were discussed
    unspaced       scripts that put no spaces between words: where they are, and how such text is cut
    config         the settings, read once from the environment
    untrusted      what comes from outside: files, JSON, numbers and text, checked by every reader
    file_names     the names of files as text that can be stored and shown
    disk_reserve   what stays free on a disk
    whole_files    files that are there as a whole or not at all, and what a disk refuses
    ytdlp_age      how old yt-dlp is, and how it is brought up to date
    unexpected     a bug, told in one line
    progress       how a stage says how far it is
    sentences      words with times → sentences, none of them long
    meaning        what texts mean, as vectors; a sentence model, where one is installed
    language       everything about words as such: languages, word lists, jargon, spoken numbers, terms, similarity
    arrays         the types of NumPy arrays
    sqlite         how a database is set up, and its errors translated

    notes          a Markdown file → its sections, blocks, written times and recording
    fetch          a link → sound, captions and facts; yt-dlp
    exchange       where machines hand recordings to each other
    audio          sound → samples; PyAV
    transcribe     sound → transcript; faster-whisper
    cues           transcript files ↔ transcripts, one module a format
    align          notes + transcript → when each block was discussed, and how sure that is
    misheard       words of the notes that were said, and heard as something else
    coverage       what was said and is not in the notes
    corrections    what people say about a link: found again after an edit, laid over what was found, as a file

    store          the database: notes, recordings, transcripts, alignments and corrections of every meeting
    search         what somebody typed → hits; an index of its own, derived from the store
    indexing       a meeting of the store → what the index has of it; index_parts: by a process for each core
    refresh        the store and its index together: brings what is derived up to date after every write
    follow         the index of a web server follows a database that other machines write, too
    shared_recordings  fetched recordings, in the exchange and on the machines that have them
    meeting_locks  whoever works on a meeting holds its lock
    topics         what comes back across meetings: topics, decisions, who speaks
    forget         a meeting leaves the data folder, with all that belongs to it
    redact         a passage leaves its recording: rows, files, sound
    lapsed_redactions  what was taken out once, and is in a recording again
    matching       which video is the recording of which notes
    backup         an archive as one file, and an archive out of such a file
    retention      what nobody needs any more: found, told, removed
    background     a command in a process of its own
    exchange_limit an end to what is said over a connection
    webhooks       signed requests to programs outside of this network
    subscriptions  what people follow, and how they are told of it
    jobs           what was asked for and how far it is: a queue, and the worker that works it off
    watch          places that are watched for new meetings
    run            what is stored and what was asked → a plan → its execution
    annotate       found moments as links in the notes themselves, byte for byte, and out of them again
    topics         what comes back: issues, documents, versions, names and terms that notes name; marks; who speaks
    export         links as JSON, and its schema; topics as chapters; notes with what was said as Markdown
    meeting_list   the list of meetings, narrowed down and in pages
    evaluate       links against known true times
    mcp_server     the archive for assistants, by the Model Context Protocol
    cli            the command `jumpnotes`, one module a command

Stages (the middle part) know the records, never each other. Only `run` knows their order, and `refresh` is above
`store` and `search`. The web pages are in `service`.
"""
