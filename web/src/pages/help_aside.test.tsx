// @vitest-environment jsdom
import { expect, test, vi } from 'vitest';
import { joinedReply, me } from '../call/fixtures';
import type { VisitState } from '../call/visit_state';
import { stateAfterJoin } from '../call/visit_state';
import { press, show } from '../components/testing';
import { HelpAsidePage } from './help_aside';
import type { SeatPageProps } from './seat_pages';

window.scrollTo = () => undefined;

function aside(fields: Partial<VisitState>) {
  const emergency = vi.fn(() => Promise.resolve());
  const visit = { ...stateAfterJoin(joinedReply({ you: me, roster: [], slots: [] }), null), ...fields };
  const props = {
    session: { emergency },
    snapshot: { connection: { name: 'joined' }, devices: { name: 'ready', videoTrack: null, videoMuted: false } },
    visit,
    clinic: null,
  } as unknown as SeatPageProps;
  return { place: show(<HelpAsidePage {...props} />), emergency };
}

test('who is apart with a helper is told that help is coming', () => {
  const { place } = aside({ helpComing: true, permissions: [] });
  expect(place.textContent).toContain('Help is');
  expect(place.querySelector('.btn.end')).toBeNull();
});

test('who may call an emergency can do so apart, and sees the one there is', () => {
  const { place, emergency } = aside({ permissions: ['emergency'] });
  press(place, 'Emergency');
  expect(emergency).toHaveBeenCalledWith('begin');
  const state = { since: 0, by: null, scripts: [], patient: null } as unknown as VisitState['emergency'];
  expect(aside({ emergency: state, permissions: ['emergency'] }).place.querySelector('[data-emergency]')).not.toBeNull();
});
