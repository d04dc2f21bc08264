"""Books made up for the tests: EPUB and Word files in memory, and a way to see a manuscript's make-up at a glance."""

# ruff: noqa: E501  (pages and stories as they come)

from __future__ import annotations

import io
import zipfile

from fabula.layers import ParagraphKind
from fabula.text import Manuscript, read_bytes

CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
METADATA = "<dc:title>The Lamp Room</dc:title><dc:creator>Ivy Sedge</dc:creator><dc:language>en</dc:language>"
PROSE = (
    "<p>The lamp went out and Ann sat in the dark on the stairs for most of an hour, with her shoes in her hand and her back to the wall, thinking of the <i>sea</i>.</p><p>“Who is there?” she said.</p>"
    * 6
)


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A zip archive of the parts, in order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def epub(parts: list[tuple[str, str]], *, labels: dict[str, str] | None = None, extra: dict[str, str | bytes] | None = None) -> bytes:
    """An EPUB whose spine is ``parts`` (file name, body of the page); ``labels`` become its table of contents."""
    manifest = "".join(f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, (name, _) in enumerate(parts))
    manifest += '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(parts)))
    points = "".join(
        f'<navPoint id="n{n}"><navLabel><text>{label}</text></navLabel><content src="{name}"/></navPoint>'
        for n, (name, label) in enumerate((labels or {}).items())
    )
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{METADATA}</metadata><manifest>{manifest}</manifest><spine toc='ncx'>{spine}</spine></package>"
    )
    pages = {
        f"OEBPS/{name}": f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{body}</body></html>'
        for name, body in parts
    }
    return zipped(
        {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, "OEBPS/content.opf": package,
         "OEBPS/toc.ncx": f"<ncx><navMap>{points}</navMap></ncx>", **pages, **(extra or {})}
    )  # fmt: skip


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def docx(paragraphs: list[str | tuple[str, str]]) -> bytes:
    """A Word document; a pair is (style id, text), ``/so/`` is italic."""
    body = "".join(_word_paragraph(*p) if isinstance(p, tuple) else _word_paragraph("", p) for p in paragraphs)
    styles = '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>'
    return zipped({
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}" Target="word/document.xml"/></Relationships>',
        "docProps/core.xml": '<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title>Two Boats</dc:title><dc:creator>Ivy Sedge</dc:creator></cp:coreProperties>',
        "word/styles.xml": f'<w:styles xmlns:w="{_WORD}">{styles}</w:styles>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
    })  # fmt: skip


def _word_paragraph(style: str, text: str) -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    runs = "".join(
        f'<w:r>{"<w:rPr><w:i/></w:rPr>" if n % 2 else ""}<w:t xml:space="preserve">{part}</w:t></w:r>'
        for n, part in enumerate(text.split("/"))
        if part
    )
    return f"<w:p>{properties}{runs}</w:p>"


def told(text: str | bytes, *, name: str = "story.txt") -> Manuscript:
    """The manuscript of a story given as text."""
    return read_bytes(text.encode() if isinstance(text, str) else text, source=name)


def of_kind(manuscript: Manuscript, kind: ParagraphKind) -> list[str]:
    """The paragraphs of one kind, each on one line."""
    p = manuscript.paragraphs
    return [" ".join(manuscript.text[s:e].split()) for s, e, k in zip(p.start, p.end, p.kind, strict=True) if k == kind]


def body(manuscript: Manuscript) -> list[str]:
    return of_kind(manuscript, ParagraphKind.BODY)


def headings(manuscript: Manuscript) -> list[str]:
    return of_kind(manuscript, ParagraphKind.HEADING)


def apart(manuscript: Manuscript) -> list[str]:
    return of_kind(manuscript, ParagraphKind.SET_APART)


def paratext(manuscript: Manuscript, kind: str) -> list[str]:
    """The stretches of paratext of one kind, each on one line."""
    return [" ".join(manuscript.text[p.start : p.end].split()) for p in manuscript.paratext if p.kind == kind]


def codes(manuscript: Manuscript) -> set[str]:
    return {w.code for w in manuscript.warnings}
