"""XML in files that anybody may have written: no entities of their own, no DTD, nothing fetched."""

from __future__ import annotations

from typing import Any

from pipeline.untrusted import InvalidInput

_MAX_TAGS = 5_000_000
"""In a document: each takes memory, though it may be three characters long."""


def parse_xml(text: str) -> Any:
    """The root element of a document, as lxml has it, without comments.

    Raises:
        InvalidInput: it is broken, has more than _MAX_TAGS tags, is nested too deeply, or declares entities.
    """
    from lxml import etree  # the web process imports this module

    if text.count("<") > _MAX_TAGS:
        raise InvalidInput(f"has more than {_MAX_TAGS:,} tags, the limit for XML")
    if "<!ENTITY" in text:
        raise InvalidInput("declares entities, which are not read")
    # Limits on depth and on the length of a text are libxml2's own: it has them unless it is told that a tree is huge.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.strip().encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise InvalidInput(f"is broken XML ({error.msg})", line=error.lineno) from error


def local_name(name: object) -> str:
    """The name of an element or an attribute without its namespace; empty for what is no element."""
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def attributes(element: Any) -> dict[str, str]:
    """The attributes of an element by their names without namespaces."""
    return {local_name(name): value for name, value in element.attrib.items()}


def text_of(element: Any) -> str:
    """All text in an element, with a line break for each `<br>`."""
    for line_break in element.iter("{*}br"):
        line_break.text = "\n"
    return "".join(element.itertext())
