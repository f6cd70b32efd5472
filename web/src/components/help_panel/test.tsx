// @vitest-environment jsdom
import { act } from 'preact/test-utils';
import { expect, test, vi } from 'vitest';
import { joinedReply, me } from '../../call/fixtures';
import type { SessionSnapshot, VisitSession } from '../../call/visit_session';
import { stateAfterJoin } from '../../call/visit_state';
import type { HelpSession } from '../../protocol/messages';
import { expectAccessible, later, press, show } from '../testing';
import { HelpPanel } from './view';

const help = (fields: Partial<HelpSession>): HelpSession => ({
  id: 'h',
  state: 'offered',
  you: 'helped',
  with: { id: 'p-maria', name: 'Maria Lopez', role: 'coordinator', here: true },
  since: 0,
  words: [],
  ...fields,
});

const snapshotOf = (session: HelpSession, audioTrack: unknown = { readyState: 'live' }): SessionSnapshot =>
  ({
    connection: { name: 'joined' },
    visit: stateAfterJoin(joinedReply({ you: { ...me, state: 'waiting' }, roster: [], slots: [], help: session }), null),
    call: { transport: 'media', active: true, slots: [], motions: [], path: 'udp', blocked: null, refused: null },
    devices: { name: 'ready', audioTrack, videoTrack: null, audioMuted: false, videoMuted: false },
  }) as unknown as SessionSnapshot;

const panel = (session: HelpSession, more: { answerHelp?: () => Promise<void>; audioTrack?: unknown; onDone?: () => void } = {}) => {
  const answerHelp = vi.fn(more.answerHelp ?? (() => Promise.resolve()));
  const visitSession = { answerHelp, sayInHelp: vi.fn(() => Promise.resolve()), setShown: vi.fn(), rendered: new Map(), setMuted: vi.fn() };
  const place = show(
    <HelpPanel
      session={visitSession as unknown as VisitSession}
      snapshot={'audioTrack' in more ? snapshotOf(session, more.audioTrack) : snapshotOf(session)}
      help={session}
      supportPhone="(406) 555-0142"
      takeFocus={false}
      sound={{ blocked: false, unblock: () => undefined }}
      onDone={more.onDone ?? (() => undefined)}
    />,
  );
  return { place, answerHelp };
};

const said = { id: 'w', participant: 'p-maria', name: 'Maria Lopez', text: 'Tap the camera.', at: 0 };

test('says who is here, what it means, and asks with two equal buttons', async () => {
  const { place, answerHelp } = panel(help({ words: [said] }));
  expect(place.textContent).toContain('Maria is here to help');
  expect(place.textContent).toContain('Nothing is recorded');
  expect(place.textContent).toContain('Maria writes: Tap the camera.');
  expect(place.textContent).toContain('(406) 555-0142');
  await expectAccessible(place);
  press(place, 'Talk with Maria');
  expect(answerHelp).toHaveBeenCalledWith('accept');
  await act(later);
  press(place, 'Not now');
  expect(answerHelp).toHaveBeenCalledWith('decline');
});

test('says when an answer did not get through', async () => {
  const { place } = panel(help({}), { answerHelp: () => Promise.reject(new Error('lost')) });
  press(place, 'Talk with Maria');
  await act(later);
  expect(place.querySelector('[role=alert]')?.textContent).toContain('press again');
});

test('together: who hears whom, and the way out', async () => {
  const { place, answerHelp } = panel(help({ state: 'open' }), { audioTrack: { readyState: 'live' } });
  expect(place.textContent).toContain('Only the two of you see and hear each other');
  await expectAccessible(place);
  press(place, 'End the help');
  expect(answerHelp).toHaveBeenCalledWith('end');
});

test('a microphone that is not there, and a helper who was lost, are said', () => {
  expect(panel(help({ state: 'open' }), { audioTrack: null }).place.textContent).toContain('cannot hear you yet');
  const away = help({ state: 'open', with: { id: 'p-maria', name: 'Maria Lopez', role: 'coordinator', here: false } });
  expect(panel(away, { audioTrack: { readyState: 'live' } }).place.textContent).toContain('Maria lost the connection');
});

test('over: what became of it, until it was read', async () => {
  const onDone = vi.fn();
  const { place } = panel(help({ state: 'over', ended: 'lost' }), { onDone });
  expect(place.textContent).toContain('You are back where you were.');
  await expectAccessible(place);
  press(place, 'Close');
  expect(onDone).toHaveBeenCalled();
});
