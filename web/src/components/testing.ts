// For component tests: a view in a document, and what axe says about it.

import axe from 'axe-core';
import { render } from 'preact';
import type { ComponentChild } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, expect } from 'vitest';

// jsdom draws nothing; axe asks for a canvas only to recognise icon fonts, of which there are none.
HTMLCanvasElement.prototype.getContext = () => null;

let shown: HTMLElement | null = null;

/** What a view still waits for finds it gone, not a document that is no more. */
afterEach(() => {
  const place = shown;
  shown = null;
  if (place) void act(() => render(null, place));
});

export function show(view: ComponentChild): HTMLElement {
  document.body.innerHTML = '<main id="app"></main>';
  const place = document.getElementById('app') as HTMLElement;
  shown = place;
  void act(() => render(view, place));
  return place;
}

export function press(place: HTMLElement, words: string | RegExp): void {
  void act(() => button(place, words).click());
}

export function button(place: HTMLElement, words: string | RegExp): HTMLButtonElement {
  const found = [...place.querySelectorAll('button')].find((one) => {
    const name = one.getAttribute('aria-label') ?? one.textContent ?? '';
    return typeof words === 'string' ? name.trim() === words : words.test(name);
  });
  if (!found) throw new Error(`no button says ${String(words)}: ${place.textContent ?? ''}`);
  return found;
}

/** Colours need a real browser: tests/pages looks at them. */
export async function expectAccessible(place: HTMLElement): Promise<void> {
  const found = await axe.run(place, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

export const later = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
