#!/usr/bin/env python3
"""Usage: sbom.py VERSION PLATFORM SBOM NOTICES

Writes what the programs of a release are made of: SBOM, a bill of materials (CycloneDX 1.6, JSON), and NOTICES, the licences of it all.

It tells what was given to the compiler and not what a project file asks for: the response files of the ahead-of-time compiler name every
assembly, those of the .NET runtime too, and the page's build names every package that it read (web/build/linked.ts).
"""
import base64
import datetime
import hashlib
import json
import os
import pathlib
import re
import sys
import uuid
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = {"multivisor": "Multivisor.Server", "multivisor-rpc": "Multivisor.Agent", "multivisor-cli": "Multivisor.Cli"}
PAGE = "multivisor-page"

# .../packages/system.commandline/3.0.0/lib/net8.0/System.CommandLine.dll
PACKAGE = re.compile(r"^(.*[/\\]([^/\\]+)[/\\](\d+\.\d+[^/\\]*))[/\\](?:lib|runtimes|framework|build|sdk|tools|mibc)[/\\]")
OWN = re.compile(r"[/\\](Multivisor\.\w+)\.dll$")
LICENCE_FILE = re.compile(r"^(licen[cs]e|notice|copying|third-?party-?notices)(\.(txt|md))?$", re.IGNORECASE)

MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the
following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""

BSD_2_CLAUSE = """Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.
2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in the
documentation and/or other materials provided with the distribution.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO,
THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR
CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO,
PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF
LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE,
EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE."""


class Component:
    """Something that is part of a program: a package, with the folder in which it was found."""

    def __init__(self, kind, name, version, folder, licence, copyright_text, sha512):
        self.name, self.version, self.folder, self.licence, self.copyright = name, version, folder, licence, copyright_text
        self.purl = "pkg:%s/%s@%s" % (kind, name.replace("@", "%40"), version)
        self.sha512 = sha512

    def json(self):
        found = {"type": "library", "bom-ref": self.purl, "name": self.name, "version": self.version, "purl": self.purl, "licenses": [licence_json(self.licence)]}
        if self.copyright:
            found["copyright"] = self.copyright
        if self.sha512:
            found["hashes"] = [{"alg": "SHA-512", "content": base64.b64decode(self.sha512).hex()}]
        return found

    def licence_files(self):
        return sorted(path for path in self.folder.iterdir() if path.is_file() and LICENCE_FILE.match(path.name))


def licence_json(licence):
    if re.search(r" (AND|OR|WITH) ", licence):
        return {"expression": licence}
    return {"license": {"id" if re.fullmatch(r"[A-Za-z0-9.+-]+", licence) else "name": licence}}


def nuget(folder, lower_name, version):
    nuspec = xml.etree.ElementTree.parse(folder / (lower_name + ".nuspec")).getroot()
    texts = {element.tag.split("}")[-1]: (element.text or "").strip() for element in nuspec.iter()}
    kind = next((element.get("type") for element in nuspec.iter() if element.tag.endswith("}license")), None)
    licence = texts["license"] if kind == "expression" else "see the file %s" % texts["license"] if kind == "file" else texts.get("licenseUrl") or sys.exit(
        "%s tells no licence" % folder)
    checksum = folder / ("%s.%s.nupkg.sha512" % (lower_name, version))
    return Component("nuget", texts["id"], texts["version"], folder, licence, texts.get("copyright") or texts.get("authors"), checksum.read_text() if checksum.exists() else None)


def linked_by_compiler(project, platform):
    """The packages whose files the compiler of this program was given, and our own assemblies."""
    responses = list((ROOT / "src" / project / "obj" / "Release").glob("*/%s/native/*.ilc.rsp" % platform))
    if len(responses) != 1:
        sys.exit("%s has %d response files of the compiler for %s; one was expected" % (project, len(responses), platform))
    packages, own = {}, set()
    for line in responses[0].read_text(encoding="utf-8").splitlines():
        if not line.startswith("-r:"):
            continue
        match = PACKAGE.match(line[3:])
        if match:
            packages[match.group(2).lower()] = (pathlib.Path(match.group(1)), match.group(2), match.group(3))
        elif OWN.search(line):
            own.add(OWN.search(line).group(1))
        else:
            sys.exit("%s: where does %s come from?" % (project, line))
    return [nuget(*packages[name]) for name in sorted(packages)], sorted(own)


def linked_by_page():
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for path in json.loads((ROOT / "web" / "node_modules" / ".linked.json").read_text(encoding="utf-8")):
        entry, folder = lock[path], ROOT / "web" / path
        author = json.loads((folder / "package.json").read_text(encoding="utf-8")).get("author") or ""
        integrity = entry.get("integrity", "")
        yield Component(
            "npm", path.rsplit("node_modules/", 1)[1], entry["version"], folder, entry.get("license") or sys.exit("%s tells no licence" % path),
            author.get("name") if isinstance(author, dict) else author, integrity[7:] if integrity.startswith("sha512-") else None)


def application(name, version, kind="application"):
    return {"type": kind, "bom-ref": name, "name": name, "version": version, "licenses": [{"license": {"id": "Apache-2.0"}}]}


def bill_of(version, platform):
    components, edges, applications = {}, {}, []
    for program, project in PROGRAMS.items():
        packages, own = linked_by_compiler(project, platform)
        file = ROOT / "artifacts" / (program + (".exe" if platform.startswith("win") else ""))
        parts = dict(application(program, version), hashes=[{"alg": "SHA-256", "content": hashlib.sha256(file.read_bytes()).hexdigest()}])
        applications.append(parts)
        components.update((package.purl, package) for package in packages)
        edges[program] = sorted([package.purl for package in packages] + own + ([PAGE] if program == "multivisor" else []))
    page = sorted(linked_by_page(), key=lambda package: package.purl)
    components.update((package.purl, package) for package in page)
    edges[PAGE] = [package.purl for package in page]
    own = sorted({name for names in edges.values() for name in names if name.startswith("Multivisor.")} | {PAGE})
    applications += [application(name, version, "library") for name in own]
    return applications, edges, [components[purl] for purl in sorted(components)]


def write_sbom(target, version, platform, applications, edges, components):
    site = "multivisor-%s" % platform
    parts = applications + [component.json() for component in components]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "urn:uuid:%s" % uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([version, platform, parts], sort_keys=True)),
        "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": application(site, version),
        },
        "components": parts,
        "dependencies": [{"ref": site, "dependsOn": sorted(PROGRAMS)}] + [{"ref": name, "dependsOn": edges[name]} for name in sorted(edges)],
    }
    pathlib.Path(target).write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_notices(target, components):
    told = {}
    with open(target, "w", encoding="utf-8", newline="\n") as out:
        out.write("Multivisor contains the following libraries. Each is named with its licence.\n")
        for component in components:
            out.write("\n%s\n%s %s, %s\n" % ("=" * 100, component.name, component.version, component.licence))
            if component.copyright:
                out.write("%s\n" % component.copyright)
            for text in [path.read_text(encoding="utf-8-sig", errors="replace").strip() for path in component.licence_files()] or [text_of(component)]:
                if text in told:
                    out.write("\nThe text is that of %s.\n" % told[text])
                else:
                    told[text] = "%s %s" % (component.name, component.version)
                    out.write("\n%s\n" % text)


def text_of(component):
    if component.licence == "MIT":
        return MIT
    if component.licence == "BSD-2-Clause":
        return BSD_2_CLAUSE
    if component.licence == "Apache-2.0":
        return (ROOT / "LICENSE").read_text(encoding="utf-8").strip()
    return sys.exit("%s %s comes without the text of its licence, %s" % (component.name, component.version, component.licence))


def main(version, platform, sbom, notices):
    applications, edges, components = bill_of(version, platform)
    write_sbom(sbom, version, platform, applications, edges, components)
    write_notices(notices, components)


if __name__ == "__main__":
    main(*sys.argv[1:])
