# Answers what Python's own fnmatchcase says. stdin: [[text, pattern], ...]; stdout: [true, false, ...].
import fnmatch
import json
import sys

json.dump([fnmatch.fnmatchcase(text, pattern) for text, pattern in json.load(sys.stdin)], sys.stdout)
