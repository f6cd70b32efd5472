// No page without a scene: what people can meet has been looked at, in every class of layout.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { pageNames } from '../../src/components/page_frame/page_names.ts';
import { scenes } from './scenes.mjs';
import { layoutClasses, views } from './views.mjs';

const source = fileURLToPath(new URL('../../src', import.meta.url));
const sources = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.tsx'))
  .map((name) => readFileSync(join(source, name), 'utf8'));

describe('scenes', () => {
  it.each(pageNames)('show the page %s in every class of layout', (name) => {
    const shown = new Set(scenes.filter((scene) => scene.page === name).flatMap((scene) => scene.views));
    const missing = Object.entries(layoutClasses).filter(([, any]) => !any.some((view) => shown.has(view)));
    expect(missing.map(([layout]) => layout)).toEqual([]);
  });

  it('show only what there is', () => {
    for (const { name, page, views: wanted } of scenes) {
      expect(pageNames, name).toContain(page);
      for (const view of wanted) expect(Object.keys(views), name).toContain(view);
    }
    expect(new Set(scenes.map(({ name }) => name)).size).toBe(scenes.length);
  });

  it('know every data-page: each is of the type PageName', () => {
    const written = sources.flatMap((text) => text.match(/data-page=.*/g) ?? []);
    expect(written.length).toBeGreaterThan(3);
    for (const one of written) expect(one).toMatch(/^data-page=\{(page|'[\w-]+' satisfies PageName)\}/);
  });
});
