// Looks at a page as it stands: axe (contrast 7:1 on patients' pages, target size), no sideways scrolling, nothing cut off
// by larger text, and what is needed at once in view.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Once per document: through the debugger's world, which the page's Content-Security-Policy does not bind. */
export const bringAxe = (page) => page.evaluate(axe);

/** Wherever the page stands: the hand on sound and picture, and the way out, are in view. */
const controlsOutOfView = (page) =>
  page.evaluate(() => {
    const found = new Set();
    const controls = [...document.querySelectorAll('[data-controls] button')];
    for (const where of [document.documentElement.scrollHeight, 0]) {
      window.scrollTo(0, where);
      for (const control of controls) {
        const { top, bottom, left, right } = control.getBoundingClientRect();
        const inView = top >= 0 && left >= 0 && bottom <= window.innerHeight + 1 && right <= window.innerWidth + 1;
        if (!inView) found.add(`out of view: ${control.textContent}`);
      }
    }
    return [...found];
  });

/** Who is asked something in the middle of a visit finds the answers without scrolling, and whole. */
const answersOutOfView = (page) =>
  page.evaluate(() => {
    window.scrollTo(0, 0);
    const isThere = (one) => {
      const { top, bottom, left, right } = one.getBoundingClientRect();
      return [top + 4, bottom - 4].every((y) => one.contains(document.elementFromPoint((left + right) / 2, y)));
    };
    // A desk as narrow as a phone is read from top to bottom.
    const isWide = window.innerWidth >= 48 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const place = isWide ? ':is([data-page="visit"], [data-page="desk"])' : '[data-page="visit"]';
    const answers = [...document.querySelectorAll(`${place} .ask :is(.equal, .acts) .btn`)];
    return answers.filter((one) => !isThere(one)).map((one) => `an answer out of view: ${one.textContent}`);
  });

/** Words that an edge cuts off, or that stick out of their button: what larger text does first. */
const clippedWords = (page) =>
  page.evaluate(() => {
    const found = new Set();
    const isUnseen = (one) => one.closest('script, style, noscript, svg, option, .skip') || !one.checkVisibility({ visibilityProperty: true });
    const cuts = (overflow) => overflow === 'hidden' || overflow === 'clip';
    const beyond = (words, edge, across, along) =>
      (across && (words.left < edge.left - 1 || words.right > edge.right + 1)) || (along && (words.top < edge.top - 1 || words.bottom > edge.bottom + 1));
    /** What cuts these words off. What scrolls, or is kept for screen readers alone, cuts nothing off. */
    const cutterOf = (element, words) => {
      let [across, along] = [true, true];
      for (let one = element; one && one !== document.documentElement; one = one.parentElement) {
        const style = getComputedStyle(one);
        if (style.clipPath !== 'none') return null;
        const isButton = one.matches('button, .btn, .tag');
        const edge = one.getBoundingClientRect();
        if (beyond(words, edge, across && (isButton || cuts(style.overflowX)), along && (isButton || cuts(style.overflowY)))) return one;
        across &&= !['auto', 'scroll'].includes(style.overflowX);
        along &&= !['auto', 'scroll'].includes(style.overflowY);
      }
      return null;
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (texts.nextNode()) {
      const { currentNode: node } = texts;
      if (!node.data.trim() || isUnseen(node.parentElement)) continue;
      range.selectNodeContents(node);
      for (const words of range.getClientRects()) {
        const cutter = words.width > 0 && cutterOf(node.parentElement, words);
        if (cutter) found.add(`cut off by ${cutter.tagName.toLowerCase()}.${cutter.className}: ${node.data.trim().slice(0, 40)}`);
      }
    }
    return [...found];
  });

/** What stands on the page, of what the product says itself. */
export const productWords = (page) =>
  page.evaluate(() => [...document.querySelectorAll('h1, .lede, .btn, label, legend')].filter((one) => !one.closest('[lang]:not(html)')).map((one) => one.textContent.trim()));

/** Sentences in English that stayed when the page changed its language. */
export const leftInEnglish = (before, after) =>
  after.filter((words) => before.includes(words) && /\b(the|and|you|your|not|this|is|are|with|please)\b/i.test(words)).map((words) => `still in English: ${words}`);

/** What no view may do: in one line each. */
async function lookAtEdges(page) {
  const trouble = [];
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (overflow > 0) trouble.push(`scrolls sideways by ${overflow} px`);
  return [...trouble, ...(await controlsOutOfView(page)), ...(await answersOutOfView(page))];
}

/** How a page is laid out; where there is little room, nothing is cut off. */
export const lookAtLayout = async (page, scene, view) => [
  ...(await lookAtEdges(page)),
  ...(view.text || view.width <= 320 ? await clippedWords(page) : []),
];

/** What is wrong with a page, and what axe says of it. */
export async function lookAtPage(page, { staff = false }) {
  const trouble = await lookAtEdges(page);
  const violations = await page.evaluate(
    async ([tags, enhanced]) => {
      const found = await window.axe.run(document, {
        runOnly: tags,
        resultTypes: ['violations'],
        rules: { 'color-contrast-enhanced': { enabled: enhanced }, 'target-size': { enabled: true } },
      });
      return found.violations.map(({ id, impact, nodes }) => ({ id, impact, places: nodes.map((node) => node.target.join(' ')) }));
    },
    [TAGS, !staff],
  );
  for (const { id, impact, places } of violations) trouble.push(`axe ${id} (${impact}): ${places.slice(0, 4).join(' | ')}`);
  return trouble;
}
