// Whether everybody can use a page: no serious or critical finding of WCAG 2.2 AA by axe; nothing beyond the edge of the screen.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What is half under the bar of controls just now is whole once it is scrolled to; the page scenes look at whole pages. */
const isUnderBar = (id, { any }) => id === 'target-size' && any.some(({ data }) => data?.messageKey === 'partiallyObscured');

export async function assertAccessible(page, name) {
  // Through the debugger's world, which the page's Content-Security-Policy does not bind.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }),
  );
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const shown = serious.map(({ id, nodes }) => ({ id, nodes: nodes.filter((node) => !isUnderBar(id, node)) })).filter(({ nodes }) => nodes.length > 0);
  const found = shown.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
  assert.deepEqual(found, [], `axe on ${name}`);
}

/** What sticks out of the screen where a page would have to be scrolled sideways. */
export function tooWide(page) {
  return page.evaluate(() => {
    const { documentElement: root } = document;
    if (root.scrollWidth <= window.innerWidth) return [];
    const out = [...document.body.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > window.innerWidth + 0.5);
    return [`${root.scrollWidth} of ${window.innerWidth} px`, ...out.map((one) => `${one.tagName.toLowerCase()}.${one.className}: ${one.textContent.slice(0, 60)}`)];
  });
}
