"""Write anew, beside each sample delivery, what it gives; review the difference as you would code.

.venv/bin/python scripts/record_samples.py [SOURCE ...]
"""

import json
import sys

from huoju.sources import find_sources, open_delivery, read
from huoju.testing import SAMPLE_KNOWN, record_of, record_path, samples_of

for source in find_sources().values():
    if len(sys.argv) > 1 and source.name not in sys.argv[1:]:
        continue
    for name, path in samples_of(source):
        record = record_of(read(source.name, open_delivery(path), SAMPLE_KNOWN))
        record_path(path).write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(f"{source.name}/{name}: {len(record_path(path).read_bytes())} bytes")
