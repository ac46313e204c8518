"""How large a file may be. Each limit has its own sentence where it is met."""

MAX_COLUMNS = 1_000
MAX_CELL = 1_000_000  # characters; a row with a longer cell is refused, the rest of the file goes on
MAX_LINE = 64_000_000  # what the CSV reader takes for one cell before it gives up on the file
SAMPLE_ROWS = 1_000
PREVIEW_ROWS = 5

# A workbook is a ZIP of XML: what it may unpack to (ASVS 5.2.3), and what reading it may cost.
ZIP_BYTES = 100_000_000
ZIP_ENTRIES = 1_000
ZIP_RATIO = 100
CHILD_MEMORY = 512_000_000
CHILD_SECONDS = 120

CHUNK = 1_000  # rows of one transaction; on SQLite other writers wait for its end, a fraction of a second
DRY_ROWS = 20_000  # a dry run holds one transaction open for all of them
NOTES = 200  # distinct values a report lists
REASON = 300
