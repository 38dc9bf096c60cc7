"""How large anything from outside may be. Far above every real recording, far below harm."""

from __future__ import annotations

MAX_FILE = 32 * 2**20  # bytes of one JSON file
MAX_LOG = 128 * 2**20  # bytes of one JSON file in which pictures stand
MAX_STREAM = 256 * 2**20  # bytes of one JSON Lines file, read line by line
MAX_REPEATED = 2**30  # bytes of one that tells its history anew in every line
MAX_COLLECTION = 4 * 2**30  # bytes of one JSON Lines file whose lines are a recording each
MAX_RECORDINGS = 100_000  # lines of such a file
MAX_LINE = 32 * 2**20  # bytes of one line of it
MAX_SMALL_FILE = 2**20  # bytes of a settings or task file
MAX_VALUES = 2_000_000  # commas and brackets in one JSON text: what it can hold at most
MAX_NESTING = 64  # objects and lists within one another
MAX_OWN_NESTING = MAX_NESTING + 16  # of what Themis writes: foreign payloads stand inside it
MAX_PEEK = 2**16  # bytes that are looked at to recognise a format

MAX_STEPS = 5_000  # of one recording
MAX_ACTIONS = 1_000  # of one step
MAX_RUN_ACTIONS = 50_000  # of one recording
MAX_PICTURES = 10_000  # of one recording
MAX_EMBEDDED = 256 * 2**20  # bytes of pictures that stand inside one file
MAX_CODE = 20_000  # characters of an agent's code or flow that are taken apart

MAX_DEPTH = 16  # folders below the path that is searched
MAX_ENTRIES = 200_000  # files and folders that one search looks at
MAX_UPWARD = 6  # folders above a recording in which its task is looked for

MAX_PICKLE = 2 * 2**30  # bytes of one pickle, after gzip: pixels of every step may be in it
MAX_PICKLE_HELD = 256 * 2**20  # bytes of text and arrays held at once; pixels are packed first
MAX_PICKLE_ITEM = 64 * 2**20  # bytes of one text or one array in it
MAX_PICKLE_CODES = 3_000_000  # instructions of one pickle
MAX_PICKLE_TEXT = 64 * 2**20  # bytes of all its texts, each as often as it is referred to
MAX_NUMBER = 32  # bytes of one whole number
