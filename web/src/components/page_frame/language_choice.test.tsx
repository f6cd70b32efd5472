// @vitest-environment jsdom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chosenLanguage } from '../../text/language_choice';
import { languages, speak, text } from '../../text/text';
import { LanguageChoice } from './view';

const { freshPage } = vi.hoisted(() => ({ freshPage: vi.fn(() => Promise.resolve()) }));
vi.mock('../../protocol/fresh_page', () => ({ freshPage }));

let place: HTMLElement;
const choose = () => act(async () => place.querySelector('button')?.click());

beforeEach(async () => {
  localStorage.clear();
  document.body.innerHTML = '<main></main>';
  place = document.querySelector('main') as HTMLElement;
  await act(async () => render(<LanguageChoice />, place));
});
afterEach(async () => {
  render(null, place);
  await speak('en');
});

test('a language that does not come is told in its own words, and the page stays', async () => {
  vi.spyOn(languages.es, 'load').mockRejectedValue(new TypeError('Failed to fetch dynamically imported module'));
  await choose();
  const told = await vi.waitFor(() => {
    const alert = place.querySelector('[role=alert]');
    expect(alert).not.toBeNull();
    return alert;
  });
  expect(told?.getAttribute('lang')).toBe('es');
  expect(told?.textContent).toBe(languages.es.notLoaded);
  expect(text.code).toBe('en');
  expect(freshPage).not.toHaveBeenCalled();
  expect(chosenLanguage()).toBe('es');
});

test('a language that comes is spoken, and nothing is told', async () => {
  await choose();
  await vi.waitFor(() => expect(text.code).toBe('es'));
  expect(place.querySelector('[role=alert]')).toBeNull();
});
