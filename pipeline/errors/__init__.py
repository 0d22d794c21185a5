"""The error tree: one class for each thing a user can do about it.

    JumpnotesError
    ├── ConfigError
    ├── WebhookRefused                 a program that wanted to be told did not take it
    ├── DraftError                     what somebody wants to become a meeting
    │   ├── DraftNotFound
    │   └── UploadOffset               a piece of a file that does not follow the others
    ├── NotesElsewhere                 that are not ours to edit
    ├── NotesChanged                   edited meanwhile
    ├── VersionNotFound
    ├── NoChapters                     too few headings have a link, or the recording is too short
    ├── FetchError                     the recording cannot be fetched
    │   ├── VideoUnavailable           there is none, or not for us
    │   │   ├── NotFound               no such page or file
    │   │   ├── Removed
    │   │   ├── LoginRequired          private, members only, paid
    │   │   │   └── AgeRestricted
    │   │   ├── GeoBlocked
    │   │   └── Unsupported            not a recording, several of them, or of a kind we do not fetch
    │   │       └── TooLarge           more than is fetched of anything
    │   ├── FetchBlocked               the host refuses
    │   │   ├── BotCheck
    │   │   ├── CookiesExpired
    │   │   ├── MediaForbidden
    │   │   └── HostNotAllowed         our own setting refuses
    │   ├── RateLimited
    │   │   └── CaptionsRateLimited
    │   ├── NotReady                   come back later
    │   │   ├── Upcoming
    │   │   ├── Live
    │   │   └── Processing
    │   ├── NoNetwork                  no connection, or it was lost
    │   │   ├── TimedOut
    │   │   ├── Truncated
    │   │   └── ServerFailing
    │   └── ToolMissing                yt-dlp is too old for today's YouTube
    │       ├── NoJavaScript
    │       └── FormatUnavailable
    ├── ExchangeUnavailable            where machines hand recordings to each other
    ├── RecordingGone                  fetched, and no longer where it was put
    ├── FileError                      a file the user gave cannot be used
    │   ├── NotesError                 the notes cannot be read
    │   ├── TranscriptError            a transcript file cannot be read
    │   │   └── TranscriptWithoutTimes
    │   ├── GoldError                  gold times cannot be read
    │   ├── CorrectionsFileError       corrections cannot be read, or belong to no meeting
    │   ├── BackupError                a backup cannot be restored, or not there
    │   └── SiteFolderError            a site cannot be written there
    ├── TranscribeError
    │   ├── AudioUnreadable
    │   └── ModelUnavailable
    ├── MeaningUnavailable             the sentence model cannot be used
    ├── AlignError
    ├── FailedElsewhere                another worker could not do its part
    ├── StoreError
    │   ├── MeetingNotFound
    │   ├── TopicNotFound
    │   ├── NobodyOfThatName           speaks in any meeting
    │   ├── RenamingStopped            somebody has another name in some meetings, and not in all
    │   ├── JobNotFound
    │   ├── MatchNotFound
    │   ├── MatchDecided               taken, refused or superseded
    │   ├── MatchNotTakeable           its notes are some of several in a file
    │   ├── TokenNotFound
    │   ├── TokenNameTaken
    │   ├── JobKeyTaken                    another request was put with it
    │   ├── NotesGone                      the file of a meeting's notes is not where it was
    │   ├── MeetingDamaged             what is stored of one meeting cannot be read
    │   ├── DatabaseDamaged                the file of all meetings cannot be read
    │   ├── DatabaseUnreachable            its server does not answer
    │   ├── IndexDamaged                   what is searched cannot be read, and is made anew
    │   ├── IndexUnfinished                it is still being made, and has nothing yet
    │   ├── SchemaMismatch
    │   ├── TargetNotEmpty             an archive is to be copied into a database that has one
    │   ├── InvalidQuery
    │   ├── InvalidCorrection
    │   │   ├── InvalidPassage         that is to be taken out
    │   │   ├── BlockNotFound
    │   │   ├── CorrectionNotFound
    │   │   ├── NameOfToken
    │   │   ├── SpeakerNotFound
    │   │   └── OnlyInNotes            and in no transcript
    │   ├── ConflictError              changed meanwhile
    │   ├── Busy
    │   ├── DiskFull
    │   └── ReadOnly                   the data folder cannot be written
    ├── SubscriptionError              somebody cannot follow something, or not be told of it
    │   ├── InvalidSubscription
    │   ├── SubscriptionNotFound
    │   └── MailRefused                by a mail server
    └── WatchError                     a place cannot be watched, or not be looked through
        ├── InvalidWatch
        ├── WatchNotFound
        ├── PlaceUnreachable
        ├── GitFailed
        └── GitMissing

Constructors take facts and build the message. `hint` says what the user can do, `retryable` whether the same call may
succeed later. A bug never becomes one of these.
"""

from __future__ import annotations

from pipeline.errors.base import ConfigError, JumpnotesError, WebhookRefused
from pipeline.errors.drafting import (
    DraftError,
    DraftNotFound,
    NotesChanged,
    NotesElsewhere,
    UploadOffset,
    VersionNotFound,
)
from pipeline.errors.exporting import NoChapters
from pipeline.errors.fetching import (
    AgeRestricted,
    BotCheck,
    CaptionsRateLimited,
    CookiesExpired,
    ExchangeUnavailable,
    FetchBlocked,
    FetchError,
    FormatUnavailable,
    GeoBlocked,
    HostNotAllowed,
    Live,
    LoginRequired,
    MediaForbidden,
    NoJavaScript,
    NoNetwork,
    NotFound,
    NotReady,
    Processing,
    RateLimited,
    RecordingGone,
    Removed,
    ServerFailing,
    TimedOut,
    TooLarge,
    ToolMissing,
    Truncated,
    Unsupported,
    Upcoming,
    VideoUnavailable,
)
from pipeline.errors.files import (
    BackupError,
    CorrectionsFileError,
    FileError,
    GoldError,
    NotesError,
    SiteFolderError,
    TranscriptError,
    TranscriptWithoutTimes,
)
from pipeline.errors.stages import (
    AlignError,
    AudioUnreadable,
    FailedElsewhere,
    MeaningUnavailable,
    ModelUnavailable,
    TranscribeError,
)
from pipeline.errors.storing import (
    BlockNotFound,
    Busy,
    ConflictError,
    CorrectionNotFound,
    DatabaseDamaged,
    DatabaseUnreachable,
    DiskFull,
    IndexDamaged,
    IndexUnfinished,
    InvalidCorrection,
    InvalidPassage,
    InvalidQuery,
    JobKeyTaken,
    JobNotFound,
    MatchDecided,
    MatchNotFound,
    MatchNotTakeable,
    MeetingDamaged,
    MeetingNotFound,
    NameOfToken,
    NobodyOfThatName,
    NotesGone,
    OnlyInNotes,
    ReadOnly,
    RenamingStopped,
    SchemaMismatch,
    SpeakerNotFound,
    StoreError,
    TargetNotEmpty,
    TokenNameTaken,
    TokenNotFound,
    TopicNotFound,
)
from pipeline.errors.subscribing import InvalidSubscription, MailRefused, SubscriptionError, SubscriptionNotFound
from pipeline.errors.watching import (
    GitFailed,
    GitMissing,
    InvalidWatch,
    PlaceUnreachable,
    WatchError,
    WatchNotFound,
)

__all__ = [
    "AgeRestricted",
    "AlignError",
    "AudioUnreadable",
    "BackupError",
    "BlockNotFound",
    "BotCheck",
    "Busy",
    "CaptionsRateLimited",
    "ConfigError",
    "ConflictError",
    "CookiesExpired",
    "CorrectionNotFound",
    "CorrectionsFileError",
    "DatabaseDamaged",
    "DatabaseUnreachable",
    "DiskFull",
    "DraftError",
    "DraftNotFound",
    "ExchangeUnavailable",
    "FailedElsewhere",
    "FetchBlocked",
    "FetchError",
    "FileError",
    "FormatUnavailable",
    "GeoBlocked",
    "GitFailed",
    "GitMissing",
    "GoldError",
    "HostNotAllowed",
    "IndexDamaged",
    "IndexUnfinished",
    "InvalidCorrection",
    "InvalidPassage",
    "InvalidQuery",
    "InvalidSubscription",
    "InvalidWatch",
    "JobKeyTaken",
    "JobNotFound",
    "JumpnotesError",
    "Live",
    "LoginRequired",
    "MailRefused",
    "MatchDecided",
    "MatchNotFound",
    "MatchNotTakeable",
    "MeaningUnavailable",
    "MediaForbidden",
    "MeetingDamaged",
    "MeetingNotFound",
    "ModelUnavailable",
    "NameOfToken",
    "NoChapters",
    "NoJavaScript",
    "NoNetwork",
    "NobodyOfThatName",
    "NotFound",
    "NotReady",
    "NotesChanged",
    "NotesElsewhere",
    "NotesError",
    "NotesGone",
    "OnlyInNotes",
    "PlaceUnreachable",
    "Processing",
    "RateLimited",
    "ReadOnly",
    "RecordingGone",
    "Removed",
    "RenamingStopped",
    "SchemaMismatch",
    "ServerFailing",
    "SiteFolderError",
    "SpeakerNotFound",
    "StoreError",
    "SubscriptionError",
    "SubscriptionNotFound",
    "TargetNotEmpty",
    "TimedOut",
    "TokenNameTaken",
    "TokenNotFound",
    "TooLarge",
    "ToolMissing",
    "TopicNotFound",
    "TranscribeError",
    "TranscriptError",
    "TranscriptWithoutTimes",
    "Truncated",
    "Unsupported",
    "Upcoming",
    "UploadOffset",
    "VersionNotFound",
    "VideoUnavailable",
    "WatchError",
    "WatchNotFound",
    "WebhookRefused",
]
