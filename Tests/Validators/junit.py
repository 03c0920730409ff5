"""Reads a JUnit document, holds it against what Jenkins's schema allows, and prints it as JSON.

    junit.py FILE

Python's own parser says whether it is XML. What is wrong goes to standard error, and the exit status is 1.
"""

import json
import re
import sys
import xml.etree.ElementTree as ElementTree

# Of each element: the attributes it must have, those it may have, and the elements that it may hold.
ELEMENTS = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "disabled", "errors"}, {"testsuite"}),
    "testsuite": ({"name", "tests"},
                  {"failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id", "package"},
                  {"properties", "testcase", "system-out", "system-err"}),
    "testcase": ({"name", "classname"}, {"assertions", "time", "status"},
                 {"skipped", "error", "failure", "system-out", "system-err"}),
    "skipped": (set(), {"message"}, set()),
    "error": (set(), {"type", "message"}, set()),
    "failure": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
    "system-err": (set(), set(), set()),
}
NUMBERS = {"tests", "failures", "errors", "skipped", "disabled"}


def problems(element):
    if element.tag not in ELEMENTS:
        yield f"<{element.tag}> is unknown"
        return
    required, optional, children = ELEMENTS[element.tag]
    names = set(element.attrib)
    for name in sorted(required - names):
        yield f"<{element.tag}> lacks {name}"
    for name in sorted(names - required - optional):
        yield f"<{element.tag}> has {name}"
    for name, value in element.attrib.items():
        if name in NUMBERS and not re.fullmatch(r"[0-9]+", value):
            yield f"{name} is {value!r}"
        if name == "time" and not re.fullmatch(r"[0-9]+\.[0-9]{3}", value):
            yield f"time is {value!r}"
        if name == "timestamp" and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", value):
            yield f"timestamp is {value!r}"
    for child in element:
        if child.tag not in children:
            yield f"<{child.tag}> is in <{element.tag}>"
        yield from problems(child)


def counted(suite):
    """What the attributes have to say."""
    cases = suite.findall("testcase")
    return {"tests": len(cases), **{
        attribute: sum(case.find(tag) is not None for case in cases)
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))}}


def main():
    root = ElementTree.parse(sys.argv[1]).getroot()
    found = list(problems(root))
    if root.tag != "testsuites" or len(root) != 1:
        found.append("there is not one suite")
        sys.exit("\n".join(found))
    suite = root[0]
    for attribute, count in counted(suite).items():
        for element in (root, suite):
            if attribute in element.attrib and element.get(attribute) != str(count):
                found.append(f"{attribute} of <{element.tag}> is not {count}")
    if found:
        sys.exit("\n".join(found))
    print(json.dumps({
        "suite": suite.attrib,
        "cases": [
            {"attributes": case.attrib, **{child.tag: {**child.attrib, "text": child.text or ""} for child in case}}
            for case in suite],
    }))


main()
