// Runs inside a page, where page-checks.ts puts it: it is read as text, and has the page's own names (document, innerWidth …).

/** The part of a box that lies within another one. */
const cut = (box, by) => ({
  left: Math.max(box.left, by.left),
  top: Math.max(box.top, by.top),
  right: Math.min(box.right, by.right),
  bottom: Math.min(box.bottom, by.bottom),
});

const isThere = ({ left, top, right, bottom }) => right - left > 2 && bottom - top > 2;

function* upwards(element) {
  for (let each = element; each !== null && each !== document.body; each = each.parentElement) yield each;
}

/** What the boxes around it, which scroll or cut off, leave of it to be seen. */
function seenOf(box, element) {
  let seen = box;
  for (const each of upwards(element)) {
    const { overflowX, overflowY, clipPath, position } = getComputedStyle(each);
    if (clipPath !== 'none') return { left: 0, top: 0, right: 0, bottom: 0 };
    if (overflowX !== 'visible' || overflowY !== 'visible') seen = cut(seen, each.getBoundingClientRect());
    if (position === 'fixed') break;
  }
  return seen;
}

/** What stays where it is while the page scrolls may lie over its texts. */
const layerOf = (element) =>
  [...upwards(element)].find((each) => ['sticky', 'fixed'].includes(getComputedStyle(each).position));

function shownTexts() {
  const root = document.querySelector('dialog[open]') ?? document.body;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() === '' || element.closest('[aria-hidden=true], option') !== null) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const { left, top, right, bottom } of range.getClientRects()) {
      const seen = seenOf({ left, top, right, bottom }, element);
      if (isThere(seen)) texts.push({ ...seen, node, layer: layerOf(element) });
    }
  }
  return texts;
}

function overlappingTexts() {
  const found = [];
  const texts = shownTexts().toSorted((a, b) => a.top - b.top);
  for (const [at, one] of texts.entries()) {
    for (const other of texts.slice(at + 1)) {
      if (other.top >= one.bottom - 2) break;
      if (one.node === other.node || one.layer !== other.layer || !isThere(cut(one, other))) continue;
      found.push([one, other].map(({ node }) => JSON.stringify(node.data.slice(0, 40))).join(' and '));
    }
  }
  return found;
}

function sidewards() {
  const { scrollWidth, clientWidth } = document.documentElement;
  return Math.max(0, scrollWidth - clientWidth);
}

const hasOutline = (element) => {
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0;
};

/** How many elements can be pressed or written into. */
const pressables = () =>
  [...document.querySelectorAll('a[href], :is(button, input, select, textarea):not(:disabled)')].filter(
    (each) => each.checkVisibility() && each.tabIndex >= 0,
  ).length;

/** Goes to another page as a link there does, without loading it anew. */
function goTo(path) {
  history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
}

function letGo() {
  // a blur alone would let the next Tab go on from there
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
  scrollTo(0, 0);
  for (const each of document.querySelectorAll('[data-tab-stop]')) each.removeAttribute('data-tab-stop');
}

/** The element that has the focus; undefined when it has left the page, or came back to where it was. */
function tabStop() {
  const element = document.activeElement;
  const isNew = element !== null && element !== document.body && !element.hasAttribute('data-tab-stop');
  if (!isNew) return undefined;
  element.setAttribute('data-tab-stop', '');
  const text = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 60);
  const seen = cut(element.getBoundingClientRect(), {
    left: 0,
    top: 0,
    right: innerWidth,
    bottom: innerHeight,
  });
  const hit = document.elementFromPoint((seen.left + seen.right) / 2, (seen.top + seen.bottom) / 2);
  return {
    what: `${element.tagName.toLowerCase()} ${JSON.stringify(text)}`,
    // a text field may be marked by the frame around it
    isMarked: hasOutline(element) || hasOutline(element.parentElement),
    isInSight: isThere(seen) && hit !== null && (element.contains(hit) || hit.contains(element)),
  };
}

/** Whether the page is there, and what it has asked is answered: while it waits, a line ends in three dots. */
const isSettled = () =>
  document.querySelector('main h1') !== null && !/ …$/m.test(document.querySelector('main').innerText);

/** Effects of what was drawn, such as the focus that goes to the beginning, come a frame or two later. */
const afterFrames = async () => {
  for (let frame = 0; frame < 3; frame++) {
    await new Promise((resolve) => {
      requestAnimationFrame(() => setTimeout(resolve));
    });
  }
};

globalThis.pageChecks = {
  afterFrames,
  goTo,
  isSettled,
  pressables,
  overlappingTexts,
  sidewards,
  letGo,
  tabStop,
};
