"""Holds JSON lines against the program's own JSON Schema: just the keywords that it uses, and unknown keys are refused."""

import json
import subprocess

TYPES = {
    "null": lambda value: value is None, "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str), "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
}
KNOWN = {"$schema", "$id", "$defs", "$ref", "title", "description", "type", "enum", "const", "properties", "required",
         "items", "maxItems", "oneOf"}

documents = {}


def load(binary):
    """Asks the program for its schemas, once."""
    for subject in ("report", "event", "connection", "serve-summary"):
        printed = subprocess.run([binary, "schema", subject], capture_output=True, check=True).stdout
        documents[f"sslprobe.{subject}/1"] = json.loads(printed)


def problems(line):
    """What is wrong with a line, by the schema that it names; nothing for lines that name none."""
    document = documents.get(line.get("schema"))
    return list(check(line, document, document, "")) if document else []


def check(value, schema, document, place):
    unknown = schema.keys() - KNOWN
    if unknown:
        yield f"{place}: the schema uses {sorted(unknown)}, which this check does not know"
    if "$ref" in schema:
        yield from check(value, resolve(schema["$ref"], document), document, place)
    if "oneOf" in schema:
        fits = [one for one in schema["oneOf"] if not any(check(value, one, document, place))]
        if len(fits) != 1:
            yield f"{place or 'the line'}: fits {len(fits)} of {len(schema['oneOf'])} alternatives"
    types = schema.get("type")
    if types and not any(TYPES[name](value) for name in ([types] if isinstance(types, str) else types)):
        yield f"{place}: {value!r:.60} is no {types}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r:.60} is not in the list"
    if "const" in schema and value != schema["const"]:
        yield f"{place}: {value!r:.60} is not {schema['const']!r}"
    if isinstance(value, dict) and "properties" in schema:
        for key in schema.get("required", []):
            if key not in value:
                yield f"{place}.{key} is missing"
        for key, item in value.items():
            if key in schema["properties"]:
                yield from check(item, schema["properties"][key], document, f"{place}.{key}")
            else:
                yield f"{place}.{key} is not in the schema"
    if isinstance(value, list):
        if len(value) > schema.get("maxItems", len(value)):
            yield f"{place} has {len(value)} elements"
        for index, item in enumerate(value):
            yield from check(item, schema.get("items", {}), document, f"{place}[{index}]")


def resolve(reference, document):
    """`#/$defs/name` within the document, or `#`, the document itself."""
    for step in filter(None, reference.lstrip("#/").split("/")):
        document = document[step]
    return document
