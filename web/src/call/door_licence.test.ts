import { expect, test } from 'vitest';
import type { LicenceState } from '../protocol/messages';
import { gravestLicence } from './door_licence';
import type { LicenceVerdict } from './door_licence';
import { doctor, joinedReply, me, participant } from './fixtures';
import { stateAfterEvent, stateAfterJoin } from './visit_state';

const feld = participant({ id: 'p-feld', name: 'Dr. Jonas Feld', role: 'treating_physician' });
const verdict = (participant: string, outcome: LicenceVerdict['outcome']): LicenceVerdict => ({
  participant,
  outcome,
  reason: 'none',
  consultation_helps: false,
});

const told = (licence: LicenceState | null, roster = [me, doctor, feld]) => {
  const state = stateAfterJoin(joinedReply({ roster }), null);
  return licence ? stateAfterEvent(state, { type: 'licence', licence }) : state;
};

test('nothing is known, and nothing is checked', () => {
  expect(gravestLicence(told(null))).toBeNull();
  expect(gravestLicence(told({ physicians: [verdict('p-rao', 'not_checked')] }))).toBeNull();
});

test('the gravest of those who are there counts', () => {
  const physicians = [verdict('p-rao', 'warning'), verdict('p-feld', 'blocked')];
  expect(gravestLicence(told({ physicians }))?.person.id).toBe('p-feld');
  const away = { ...feld, state: 'away' as const, away: 'connection' as const };
  expect(gravestLicence(told({ physicians }, [me, doctor, away]))?.outcome).toBe('warning');
  expect(gravestLicence(told({ physicians }, [me]))).toBeNull();
});
