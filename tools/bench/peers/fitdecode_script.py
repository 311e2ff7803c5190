"""Reads all values of the records of the FIT files in a folder."""
import gzip
import pathlib
import sys

import fitdecode

for path in pathlib.Path(sys.argv[1]).iterdir():
    data = path.read_bytes()
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    with fitdecode.FitReader(data) as reader:
        for frame in reader:
            if isinstance(frame, fitdecode.FitDataMessage) and frame.name == "record":
                values = {field.name: field.value for field in frame.fields}
