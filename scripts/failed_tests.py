#!/usr/bin/env python3
"""Usage: failed_tests.py REPORT

Prints what failed according to a report in xUnit's XML: a line with the name of each test and one with the first line of what it said."""
import sys
import xml.etree.ElementTree as ElementTree

for event, element in ElementTree.iterparse(sys.argv[1]):
    bad = element.tag == "error" or element.tag == "test" and element.get("result") == "Fail"
    if not bad:
        continue
    print(element.get("name") or element.get("type"))
    message = (element.findtext(".//message") or "").strip()
    if message:
        print("  " + message.splitlines()[0][:300])
