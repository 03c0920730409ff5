"""Holds JSON lines against JSON Schemas with jsonschema, which is not ours.

    schema.py FOLDER

FOLDER holds the schemas, NAME.schema.json, and the lines, NAME.jsonl; each line names its schema. Prints how many lines of
which schema it has read. What is wrong goes to standard error, and the exit status is 1.
"""

import collections
import json
import os
import pathlib
import sys

SYSTEM = "/usr/bin/python3"
try:
    from jsonschema import Draft202012Validator
except ImportError:
    # Another Python may come first in PATH; Debian's has Debian's packages.
    if os.path.realpath(sys.executable) != os.path.realpath(SYSTEM) and os.access(SYSTEM, os.X_OK):
        os.execv(SYSTEM, [SYSTEM] + sys.argv)
    sys.exit("jsonschema is missing: install the Debian package python3-jsonschema")


def main():
    folder = pathlib.Path(sys.argv[1])
    validators = {}
    for file in sorted(folder.glob("*.schema.json")):
        schema = json.loads(file.read_bytes())
        Draft202012Validator.check_schema(schema)
        validators[schema["title"]] = Draft202012Validator(schema)
    counts = collections.Counter()
    problems = []
    for file in sorted(folder.glob("*.jsonl")):
        for number, text in enumerate(file.read_bytes().splitlines(), 1):
            line = json.loads(text)
            name = line["schema"]
            counts[name] += 1
            for error in validators[name].iter_errors(line):
                problems.append(f"{file.name}, line {number}: {error.json_path}: {error.message[:300]}")
    if problems:
        sys.exit("\n".join(problems))
    print(json.dumps(counts))


main()
