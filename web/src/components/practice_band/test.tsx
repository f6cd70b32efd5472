// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { speak } from '../../text/text';
import { expectAccessible, show } from '../testing';
import { PracticeBand } from './view';

test('says that it is practice, in the language of the page', async () => {
  const place = show(<PracticeBand />);
  expect(place.textContent).toContain('Practice');
  expect(place.textContent).toContain('Nobody here is real');
  await expectAccessible(place);
  await speak('es');
  expect(show(<PracticeBand />).textContent).toContain('Práctica');
  await speak('en');
});
