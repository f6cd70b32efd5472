// Looks at a page as it stands: axe (contrast 7:1 on patients' pages, target size), and no sideways scrolling.

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

/** What is wrong, in one line each. */
export async function lookAtPage(page, { staff = false }) {
  const trouble = [];
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (overflow > 0) trouble.push(`scrolls sideways by ${overflow} px`);
  trouble.push(...(await controlsOutOfView(page)));
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
