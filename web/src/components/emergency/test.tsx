// @vitest-environment jsdom
import { expect, test, vi } from 'vitest';
import { doctor, me } from '../../call/fixtures';
import type { EmergencyState } from '../../protocol/messages';
import { speak } from '../../text/text';
import { expectAccessible, press, show } from '../testing';
import { EmergencyButton, EmergencyPanel, HelpIsComing } from './view';

const emergency: EmergencyState = {
  since: 0,
  by: 'p-rao',
  told: false,
  scripts: [
    { language: 'en', lines: ['Ask: are you alone?'] },
    { language: 'es', lines: ['Pregunte: ¿está a solas?'] },
  ],
  patient: {
    participant: 'p-me',
    name: 'Mrs. Ruth Alder',
    place: 'US-MT',
    placed_at: 1,
    address: '12 Mill Road, Hamilton, MT 59840',
    phone: '+1 406 555 0101',
    contact_name: 'Ana Alder',
    contact_phone: '+1 406 555 0102',
  },
  number: '911',
};
const panel = (state: EmergencyState, onStep = vi.fn(() => Promise.resolve())) =>
  show(<EmergencyPanel emergency={state} people={[me, { ...doctor, you: false }]} supportPhone="(406) 555-0142" onStep={onStep} />);

test('one press begins', () => {
  const onStep = vi.fn(() => Promise.resolve());
  press(show(<EmergencyButton on={false} onStep={onStep} />), 'Emergency');
  expect(onStep).toHaveBeenCalledWith('begin');
});

test('where the patient is, whom to call, and what to do', async () => {
  const onStep = vi.fn(() => Promise.resolve());
  const place = panel(emergency, onStep);
  for (const words of ['12 Mill Road', 'Montana', 'Ana Alder', '911', 'are you alone', 'Dr. Mira Rao']) expect(place.textContent).toContain(words);
  expect([...place.querySelectorAll('a')].map((one) => one.getAttribute('href'))).toContain('tel:+14065550101');
  press(place, 'Tell the patient that help is coming');
  expect(onStep).toHaveBeenCalledWith('tell');
  press(place, /over/);
  expect(onStep).toHaveBeenCalledWith('end');
  await expectAccessible(place);
});

test('an unknown address is said plainly, with the phone to call', () => {
  const { address: _, placed_at: __, ...unknown } = emergency.patient!;
  const place = panel({ ...emergency, patient: unknown });
  expect(place.textContent).toContain('We do not know the address');
  expect(place.querySelector('.note a')?.getAttribute('href')).toBe('tel:+14065550101');
  const nothing = panel({ since: 0, by: 'x', told: true, scripts: [] });
  expect(nothing.textContent).toContain('Are you alone');
});

test('the script is in the language of the page', async () => {
  await speak('es');
  expect(panel(emergency).textContent).toContain('¿está a solas?');
  await speak('en');
});

test('the patient reads a calm line', async () => {
  const place = show(<HelpIsComing />);
  expect(place.textContent).not.toMatch(/emergency/i);
  await expectAccessible(place);
});

test('in practice it says first that nobody was told, and offers nobody to call here', () => {
  const place = show(<EmergencyPanel emergency={emergency} people={[me]} supportPhone="(406) 555-0142" practice onStep={() => Promise.resolve()} />);
  expect(place.querySelector('[role=alert]')?.textContent).toContain('Call nobody');
  expect(place.textContent).not.toContain('(406) 555-0142');
});
