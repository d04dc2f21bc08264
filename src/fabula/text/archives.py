"""What is what on the pages of fiction archives: where the story is, and the role of what stands around it.

Layouts known: pages and downloads of archives in the manner of the Archive of Our Own, of FanFiction.net, and generic pages, on which
the story is the element that holds most of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from fabula.text.blocks import Role


class _Drop:
    """The mark of what is no part of any text: menus, buttons, comments."""


DROP = _Drop()

_CHROME = ", ".join(
    (
        "#header, #footer, #skiplinks, .landmark, .navigation, .actions, #feedback, #comments_placeholder, #comments, .comments",
        ".comment-list, .comment, .flash, #kudos, .share, .sharing, .breadcrumb, .breadcrumbs, .pagination, .menu, .sidebar, #sidebar",
        ".cookie-banner, .cookies, .advertisement, .ads, .ad, [role=navigation], [role=banner], [role=search]",
        "[aria-hidden=true], [hidden]",
        ".screen-reader-text, .visually-hidden",
    )
)
_OTW_ZONES = (
    ("dl.tags, dl.meta, dl.stats, #preface .message, #afterword .message, .wrapper dl, .series", Role.FRONT),
    ("#preface p, .preface p, #preface blockquote, .preface blockquote, .notes, .summary", Role.NOTE),
    ("#endnotes, [id^=endnotes], .meta.group p, .meta.group blockquote", Role.NOTE),
    ("#preface .message, #preface .tags", Role.FRONT),
    ("#afterword .message, #afterword dl, #work_endnotes .message", Role.BACK),
    ("#afterword blockquote, #afterword p:not(.message)", Role.NOTE),
    ("#preface h1, #workskin > .preface h2.title, h2.title", Role.TITLE),
    (".byline", Role.BYLINE),
    ("#chapters h2.heading, .chapter h3.title, .meta.group h2.heading, .toc-heading", Role.CHAPTER),
)
_OTW = "#workskin, #preface dl.tags, #chapters.userstuff, #chapters .userstuff, .wrapper dl.work.meta"
_FFN_STORY = "#storytext, #storytextp, #storycontent"
_CONTAINERS = ", ".join(
    (
        "article, main, [role=main], #story, #story-content, #storytext, .storytext, .story-text, .story-content, .story, .chapter-content",
        "#chapter-content, .chapter-inner, .chapter-body, .entry-content, .post-content, .post-body, .post, .article-body, .userstuff",
        ".prose, #content, .content, #main, .text",
    )
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says of itself: ``zones`` by element, ``story`` the element of the story on a generic page."""

    title: str | None = None
    author: str | None = None
    zones: dict[int, Role | _Drop] = field(default_factory=dict)
    story: int | None = None


def look_at(tree: LexborHTMLParser) -> Page:
    """Which layout a page has, and what follows from it."""
    zones: dict[int, Role | _Drop] = {n.mem_id: DROP for n in tree.css(_CHROME)}
    if tree.css_first(_OTW) is not None:
        return _otw(tree, zones)
    if (story := tree.css_first(_FFN_STORY)) is not None:
        return _ffn(tree, zones, story)
    main = _main_part(tree)
    return Page(_page_title(tree), _page_author(tree), zones, main.mem_id if main is not None else None)


def _said(tree: LexborHTMLParser, selector: str) -> str | None:
    node = tree.css_first(selector)
    text = re.sub(r"\s+", " ", node.text()).strip() if node is not None else ""
    return text or None


def _otw(tree: LexborHTMLParser, zones: dict[int, Role | _Drop]) -> Page:
    for selector, role in _OTW_ZONES:
        for node in tree.css(selector):
            if zones.get(node.mem_id) is not DROP:
                zones[node.mem_id] = role
    skin = tree.css_first("#workskin")
    title = _said(tree, "#workskin h2.title") or _said(tree, "#preface h1") or _said(tree, "h1") or _page_title(tree)
    return Page(title, _page_author(tree), zones, skin.mem_id if skin is not None else None)


def _ffn(tree: LexborHTMLParser, zones: dict[int, Role | _Drop], story: LexborNode) -> Page:
    title = _said(tree, "#profile_top > b.xcontrast_txt, #profile_top b, #content > b") or _page_title(tree)
    author = _said(tree, "#profile_top a[href^='/u/'], a[href^='/u/'], a[href*='fanfiction.net/u/']") or _page_author(tree)
    keep = {n.mem_id for n in tree.css("#profile_top, #storytext, #storytextp, #storycontent")}
    _drop_all_but(tree.body, keep, zones)
    for node in tree.css("#profile_top"):
        zones[node.mem_id] = Role.FRONT
    return Page(title, author, zones, story.mem_id)


def _drop_all_but(body: LexborNode | None, keep: set[int], zones: dict[int, Role | _Drop]) -> None:
    """Drop every element that neither is kept nor holds one that is."""
    if body is None:
        return
    holders: set[int] = set()
    for node in body.css("#profile_top, #storytext, #storytextp, #storycontent"):
        up: LexborNode | None = node
        while up is not None and up.mem_id not in holders:
            holders.add(up.mem_id)
            up = up.parent
    stack = [body]
    while stack:
        child = stack.pop().child
        while child is not None:
            if child.mem_id in holders:
                if child.mem_id not in keep:
                    stack.append(child)
            else:
                zones[child.mem_id] = DROP
            child = child.next


def _main_part(tree: LexborHTMLParser) -> LexborNode | None:
    """The element of the story: the smallest known container that holds most of the page's running text."""
    body = tree.body
    if body is None:
        return None
    total = _prose(body)
    best: LexborNode | None = None
    for node in tree.css(_CONTAINERS):
        if _prose(node) >= 0.7 * total > 0:
            best = node  # document order: a later one that still holds most lies inside the earlier one
    return best


def _prose(node: LexborNode) -> int:
    paragraphs = node.css("p")
    own = sum(len(p.text()) for p in paragraphs)
    return own if own > 200 else len(node.text())


_SITE = re.compile(r"\s+[|»·•–—-]\s+[^|»·•–—]+$|\s*\[[^\]]*\]\s*$")
_CHAPTER = re.compile(r"[\s,:–—-]*\b(?:chapter|ch\.?|part)\s*\d+.*$", re.I)


def _page_title(tree: LexborHTMLParser) -> str | None:
    node = tree.css_first("meta[property='og:title']")
    title = (node.attributes.get("content") if node is not None else None) or _said(tree, "h1") or _said(tree, "title")
    if not title:
        return None
    title = re.sub(r"\s+", " ", title).strip()
    for pattern in (_SITE, _CHAPTER):
        shorter = pattern.sub("", title).strip()
        title = shorter or title
    return title


def _page_author(tree: LexborHTMLParser) -> str | None:
    found = _said(tree, "a[rel=author], [rel=author], [itemprop=author], .byline, .author")
    if found is None:
        node = tree.css_first("meta[name=author]")
        found = node.attributes.get("content") if node is not None else None
    if not found:
        return None
    return re.sub(r"^(?:written )?by:?\s+", "", found.strip(), flags=re.I).strip() or None
