"""What a tenant's GraphQL really has: one call that asks it.

Law of this module: the tenant answers for itself, and what it says is read into a `TenantSchema` or refused. The
vendor tells its users to find further fields and filters by introspection; whether a tenant may have it switched
off is not published (confidence medium that it is on). Nothing else depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict, Field

from clarus_bluecherry.clarus._graphql import query
from clarus_bluecherry.clarus._tenant_schema import Change, ListShape, TenantSchema, Usable, bare, diff
from clarus_bluecherry.http._call import Call, Json

__all__ = ["Change", "ListShape", "TenantSchema", "Usable", "diff", "introspect"]

QUERY = """
query { __schema { queryType { name } types {
  kind name
  fields(includeDeprecated: true) { name args { name type { ...T } } type { ...T } }
  inputFields { name type { ...T } }
  enumValues(includeDeprecated: true) { name }
} } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
"""


def introspect() -> Call[TenantSchema]:
    """Ask the tenant for its schema. Large (hundreds of types on a real tenant): keep what it says.

    Raises `QueryFailed` where introspection is not allowed, `UnreadableAnswer` for an answer of another shape.
    """
    asked = query(QUERY, name="introspection", record="the tenant's schema")
    return Call(
        name=asked.name,
        method=asked.method,
        path=asked.path,
        headers=asked.headers,
        json=asked.json,
        read=lambda answer: _schema(asked.read(answer)),
        refusal=asked.refusal,
        repeatable=asked.repeatable,
        record=asked.record,
    )


# The answer to introspection ---------------------------------------------------------------------------------


class _IntrospectedPart(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Kind(_IntrospectedPart):
    """A type where it is used; as text, the way GraphQL writes it."""

    kind: str
    name: str | None = None
    inner: _Kind | None = Field(default=None, alias="ofType")

    def __str__(self) -> str:
        if self.inner is None:
            return self.name or ""
        return f"{self.inner}!" if self.kind == "NON_NULL" else f"[{self.inner}]"


class _Argument(_IntrospectedPart):
    name: str
    type: _Kind


class _Member(_Argument):
    args: tuple[_Argument, ...] = ()


class _Value(_IntrospectedPart):
    name: str


class _Type(_IntrospectedPart):
    """A type where it is defined: an object has members, an input arguments, an enum values."""

    name: str
    members: tuple[_Member, ...] | None = Field(default=None, alias="fields")
    inputs: tuple[_Argument, ...] | None = Field(default=None, alias="inputFields")
    values: tuple[_Value, ...] | None = Field(default=None, alias="enumValues")

    def kinds(self) -> dict[str, str]:
        return {one.name: str(one.type) for one in (*(self.members or ()), *(self.inputs or ()))}


class _NamedType(_IntrospectedPart):
    name: str


class _Told(_IntrospectedPart):
    query: _NamedType = Field(alias="queryType")
    types: tuple[_Type, ...]


def _schema(data: Mapping[str, Json]) -> TenantSchema:
    told = _Told.model_validate(data["__schema"])
    types = {one.name: one for one in told.types}
    roots = types[told.query.name].members or ()
    found = {root.name: _list_shape(root, types) for root in roots}
    lists = {name: shape for name, shape in found.items() if shape is not None}
    if not lists:
        raise ValueError("no list in the schema")
    objects = _objects({shape.node for shape in lists.values()}, types)
    inputs = _named((kind for shape in lists.values() for kind in shape.filters.values()), types)
    used = [kind for one in (*objects.values(), *inputs.values()) for kind in one.kinds().values()]
    return TenantSchema(
        lists=lists,
        objects={name: one.kinds() for name, one in objects.items()},
        inputs={name: one.kinds() for name, one in inputs.items()},
        enums={name: tuple(v.name for v in one.values) for name, one in _named(used, types).items() if one.values},
    )


def _list_shape(root: _Member, types: Mapping[str, _Type]) -> ListShape | None:
    """The list behind a member of the query type, or None when it is something else."""
    every = _member(types.get(bare(str(root.type))), "all")
    node: _Member | None = every
    for step in ("edges", "node"):
        node = _member(types.get(bare(str(node.type))), step) if node else None
    if every is None or node is None:
        return None
    arguments = {one.name: str(one.type) for one in every.args}
    filters = types.get(bare(arguments.get("filter", "")))
    return ListShape(node=bare(str(node.type)), arguments=arguments, filters=filters.kinds() if filters else {})


def _member(owner: _Type | None, name: str) -> _Member | None:
    members = (owner.members if owner else None) or ()
    return next((one for one in members if one.name == name), None)


def _objects(names: set[str], types: Mapping[str, _Type]) -> dict[str, _Type]:
    """The objects of these names, and all that can be reached from them."""
    found: dict[str, _Type] = {}
    waiting = sorted(names)
    while waiting:
        name = waiting.pop()
        one = types.get(name)
        if one is not None and one.members is not None and name not in found:
            found[name] = one
            waiting += map(bare, one.kinds().values())
    return found


def _named(kinds: Iterable[str], types: Mapping[str, _Type]) -> dict[str, _Type]:
    return {name: types[name] for name in map(bare, kinds) if name in types}
