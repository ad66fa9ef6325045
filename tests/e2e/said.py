"""What a page says in words, and what of it did not come through the catalogue of texts.

Opened in the language `marked`, in which every text of the catalogue stands within ⟦ and ⟧.
"""

import re
from collections.abc import Iterator

from playwright.sync_api import Page

from tests.e2e.numbers import MONTH

# What is shown or spoken; what stands within marks came through the catalogue.
_SAID = """() => {
  const found = []
  const open = text => text.split('⟦').length !== text.split('⟧').length
  const own = element => [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE)
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement
    if (parent.closest('script, style, kbd, code, [lang]:not(html)')) continue
    // A text with elements in its places is several nodes, of which the first and the last have a mark each.
    const part = own(parent).some(node => open(node.data))
    if (parent.checkVisibility()) found.push(part ? parent.textContent : walk.currentNode.data)
  }
  for (const name of ['aria-label', 'title', 'placeholder'])
    for (const element of document.querySelectorAll(`[${name}]`)) found.push(element.getAttribute(name))
  return found
}"""


# Days, months, zones and how long ago something was are written by the browser.
_BY_BROWSER = re.compile(
    rf"{MONTH}|\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b|\b\d+ (sec|min|hr|days?|wk|mo)\.? ago\b|\byesterday\b|\b(GMT|UTC)\b"
)


def said(page: Page) -> list[str]:
    """Every text that is shown or spoken."""
    texts: list[str] = page.evaluate(_SAID)
    return texts


def outside(page: Page) -> Iterator[tuple[str, str]]:
    """The words of a page that did not come through the catalogue, each with the text it stands in."""
    for text in said(page):
        for word in re.findall(r"[^\W\d_]{3,}", _BY_BROWSER.sub(" ", _unmarked(text))):
            yield word, text


def _unmarked(text: str) -> str:
    while (rest := re.sub("⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = rest
    return text
