"""How much one file may cost, each with its unit and reason."""

MAX_FILE_BYTES = 100 * 1024 * 1024  # as much as an upload may have
MAX_UNPACKED_BYTES = (
    300 * 1024 * 1024
)  # of all parts of a DOCX, ODT … together; real ones stay below 100 MB
MAX_PART_BYTES = 64 * 1024 * 1024  # of one XML part: parsing takes about ten times as much memory
MAX_PARTS = 10_000  # entries in such a file
MAX_PAGES = 5_000  # of a PDF
MAX_TEXT_CHARS = 12_000_000  # kept of one file; a thousand pages have about 3 million
MAX_BLOCKS = 4_000  # of one document; beyond it the page is unusable in an editor
MAX_TABLE_ROWS = 500  # that a page shows; the search knows all
MAX_TABLE_COLUMNS = 30
MAX_SHEET_COLUMNS = 16_384  # that a sheet can have
MAX_SPAN = 200  # of a cell over columns or rows
MAX_MAILS_INSIDE = 100  # one in the other
MAX_DEPTH = 120  # of nested elements; deeper ones are flattened

ENOUGH_CPU_S = 60  # a reader that goes page by page stops here and keeps what it has
MAX_CPU_S = 100  # the operating system ends the process
MAX_WALL_S = 150  # the waiting side ends it
MAX_MEMORY_BYTES = (
    1536 * 1024 * 1024
)  # address space of the process, about 200 MB of it before the first file
MAX_REPLY_BYTES = (
    96 * 1024 * 1024
)  # JSON of one file, bounded by MAX_TEXT_CHARS in pages and again in blocks

# Text recognition of scanned pages; five seconds a page on one core is usual.
SCANNED_LETTERS = 20  # a page with fewer may be a picture of text; more are not worth its time
RECOGNISED_DPI = 300  # what Tesseract is trained for
MAX_BITMAP_PIXELS = (
    16_000_000  # of one page, a byte each: A3 at 300 dpi; larger ones are rendered smaller
)
MAX_PICTURE_PIXELS = (
    200_000_000  # of a picture file before it is made smaller: A0 at 300 dpi has 140
)
MAX_RECOGNISED_PAGES = 200  # of one file
ENOUGH_RECOGNITION_S = 900  # of one file; what is missing then is said
MAX_PAGE_CPU_S = 60  # of Tesseract, for one page
MAX_PAGE_WALL_S = 90
MAX_RECOGNITION_MEMORY_BYTES = 1024 * 1024 * 1024  # address space of Tesseract; 200 MB are usual
MAX_RECOGNISED_BYTES = 4 * 1024 * 1024  # what it may answer for one page
MIN_CONFIDENCE = 30  # percent that Tesseract gives a word; below it are specks and strokes

MIN_PAGE_CONFIDENCE = (
    55  # percent, of a page by letters; rubbish and pages upside down have 20 to 40
)
SURE_CONFIDENCE = 75  # beyond it a page is not read a second time

# Old formats, by LibreOffice: three seconds for a usual file, of which two are its start.
MAX_CONVERSION_CPU_S = 120  # of one file
MAX_CONVERSION_WALL_S = 180
MAX_CONVERSION_MEMORY_BYTES = (
    4 * 1024 * 1024 * 1024
)  # address space; it maps 1.5 GiB and uses 200 MB
MAX_CONVERTED_BYTES = 300 * 1024 * 1024  # of one file that it writes

FILES_PER_PROCESS = 500  # then a fresh one, against leaks in libraries
