"""The vendor's OpenAPI file, as the contract tests ask it: operations, schemas, limits, examples, lists."""

import datetime as dt
import json
import re
from pathlib import Path

import graphql
import jsonschema

SPEC = Path(__file__).parents[2].parent / "shared" / "reference" / "clarus-openapi.json"
METHODS = {"get", "post", "put", "patch", "delete"}


def load():
    return json.loads(SPEC.read_text("utf-8"))


# Operations ------------------------------------------------------------------------------------------------------


def operations(spec):
    """Path, method and operation of everything over REST."""
    for path, methods in spec["paths"].items():
        for method in METHODS & methods.keys():
            if not path.startswith("/graphql"):
                yield path, method, methods[method]


def place_of(spec, method, path):
    """The path template and the operation that a request meets."""
    fitting = [
        template
        for template, methods in spec["paths"].items()
        if method.lower() in methods and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    assert fitting, f"{method} {path} is not in the vendor's file"
    template = min(fitting, key=lambda each: each.count("{"))
    return template, spec["paths"][template][method.lower()]


def operation_of(spec, request):
    if request.url.path == "/graphql":
        return spec["paths"]["/graphql#ListProducts"]["post"]
    return place_of(spec, request.method, request.url.path)[1]


def body_schema(operation):
    """The schema of a JSON body, or None."""
    return operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")


def attributes_of(spec, path, method):
    """The schema of the attributes that an operation takes."""
    data = resolved(spec, resolved(spec, body_schema(spec["paths"][path][method]))["properties"]["data"])
    return resolved(spec, data["properties"]["attributes"])


def example_answer(spec, operation):
    """The documented answer: its example, or what its schema describes; None when it has no body."""
    content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
    if not content:
        return None
    return content.get("example") or example(spec, content.get("schema", {}))


def example(spec, schema):
    """A value of `schema`, from its own examples where it has some."""
    schema = resolved(spec, schema)
    if "example" in schema:
        return schema["example"]
    if "enum" in schema:
        return schema["enum"][0]
    for each in (*schema.get("allOf", ()), *schema.get("oneOf", ()), *schema.get("anyOf", ())):
        return example(spec, each)
    match schema.get("type"):
        case "object":
            return {name: example(spec, each) for name, each in schema.get("properties", {}).items()}
        case "array":
            return [example(spec, schema.get("items", {}))]
        case "integer":
            return 7
        case "number":
            return 1.5
        case "boolean":
            return True
        case _:
            formats = {"date-time": "2026-01-20T12:00:00Z", "date": "2026-01-20", "email": "a@example.com"}
            return formats.get(schema.get("format"), "text")


# Schemas ---------------------------------------------------------------------------------------------------------


def resolved(spec, schema):
    while "$ref" in schema:
        found = spec
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


def translated(spec, schema, strict):
    """An OpenAPI 3.0 schema as JSON Schema: references in place, `nullable` said the other way."""
    schema = resolved(spec, schema)
    new = {key: value for key, value in schema.items() if key not in ("nullable", "example", "readOnly")}
    if new.get("exclusiveMinimum") is True:
        new["exclusiveMinimum"] = new.pop("minimum")
    if "properties" in new:
        new["properties"] = {key: translated(spec, each, strict) for key, each in new["properties"].items()}
        new.setdefault("additionalProperties", not strict)
    if "items" in new:
        new["items"] = translated(spec, new["items"], strict)
    for joint in ("allOf", "oneOf", "anyOf"):
        if joint in new:
            new[joint] = [translated(spec, each, strict) for each in new[joint]]
    return {"anyOf": [new, {"type": "null"}]} if schema.get("nullable") else new


FORMATS = jsonschema.FormatChecker(formats=("email",))


@FORMATS.checks("date-time", raises=ValueError)
def _is_instant(value):
    return not isinstance(value, str) or dt.datetime.fromisoformat(value).tzinfo is not None


def validate(spec, schema, body, method="POST", strict=True):
    """Validate as the file says, unknown attributes refused; PATCH attributes are optional, as in the guides."""
    translation = translated(spec, schema, strict)
    data = translation.get("properties", {}).get("data", {}).get("properties", {})
    if method == "PATCH" and "attributes" in data:
        data["attributes"].pop("required", None)
    jsonschema.Draft202012Validator(translation, format_checker=FORMATS).validate(body)


def parts(root, schema):
    """A schema and all that it joins."""
    schema = resolved(root, schema)
    yield schema
    for each in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
        yield from parts(root, each)


def limits(root, schema):
    """What a schema refuses, in either dialect."""
    found = {}
    for each in parts(root, schema):
        exclusive = each.get("exclusiveMinimum")
        if exclusive is True:
            found["above"] = each["minimum"]
        elif exclusive is not None:
            found["above"] = exclusive
        elif "minimum" in each:
            found["least"] = each["minimum"]
        for key, name in (("maxLength", "longest"), ("maximum", "most"), ("pattern", "like")):
            if key in each:
                found[name] = each[key]
        allowed = each.get("enum") or ([each["const"]] if "const" in each else None)
        if allowed:
            found["enum"] = sorted(value for value in allowed if value is not None)
    return found


# Lists -----------------------------------------------------------------------------------------------------------


def list_operation(spec, name):
    return spec["paths"]["/graphql#List" + name.title().replace("_", "")]["post"]


def list_names(spec):
    """The lists of the file, as GraphQL calls them."""
    shown = (each["post"] for path, each in spec["paths"].items() if path.startswith("/graphql#"))
    return {selection(list_example(each)["query"])["root"]: each for each in shown}


def list_example(operation):
    return operation["requestBody"]["content"]["application/json"]["example"]


def documented_filters(operation):
    """The filters of the vendor's table, with their operators."""
    table = operation["x-mint"]["content"].partition("### Available Filters")[2]
    rows = re.findall(r"^\| `(\w+)` \| \w+ \| ([^|]*) \|", table, re.MULTILINE)
    return {name: set(re.findall(r"\w+", operators)) for name, operators in rows}


def selection(text):
    """Root, filter type and the dotted node fields of a list query."""
    definition = graphql.parse(text).definitions[0]
    root = definition.selection_set.selections[0]
    edges = next(
        each for each in root.selection_set.selections[0].selection_set.selections if each.name.value == "edges"
    )
    node = next(each for each in edges.selection_set.selections if each.name.value == "node")
    types = {each.variable.name.value: each.type.name.value for each in definition.variable_definitions}
    return {"root": root.name.value, "filter_type": types.get("filter"), "fields": set(dotted(node))}


def dotted(field, prefix=""):
    for each in field.selection_set.selections:
        name = prefix + each.name.value
        if each.selection_set:
            yield from dotted(each, f"{name}.")
        else:
            yield name


def node_text(text):
    """What a list query asks of each row, as text."""
    definition = graphql.parse(text).definitions[0]
    everything = definition.selection_set.selections[0].selection_set.selections[0].selection_set.selections
    edges = next(each for each in everything if each.name.value == "edges")
    node = next(each for each in edges.selection_set.selections if each.name.value == "node")
    return " ".join(" ".join(graphql.print_ast(each) for each in node.selection_set.selections).split())
