// What is new at the doors since the last look: who came, and who knocked. Pure.

import type { Participant } from '../protocol/messages';
import { atTheDoor, othersInVisit } from './visit_state';
import type { VisitState } from './visit_state';

/** Who stood there, and when each of them knocked last; 0: not yet. */
export type DoorLook = ReadonlyMap<string, number>;

export interface DoorNews {
  came: Participant[];
  knocked: Participant[];
}

export const lookAtDoor = (visit: VisitState): DoorLook => new Map(atTheDoor(visit).map((one) => [one.id, one.knocked ?? 0]));

/** Whoever was sent out by somebody here is no news. */
export function doorNews(before: DoorLook, visit: VisitState): DoorNews {
  const there = atTheDoor(visit);
  return {
    came: there.filter((one) => one.outside === 'waits' && !before.has(one.id)),
    knocked: there.filter((one) => (one.knocked ?? 0) > (before.get(one.id) ?? 0)),
  };
}

const ALONE_VOLUME = 0.12;
const WITH_OTHERS_VOLUME = 0.03;

/** Quiet beside people who talk; nothing at all that an open microphone would carry into a recording. */
export function chimeVolume(visit: VisitState, muted: boolean): number {
  if (visit.recording.state === 'recording' && !muted) return 0;
  return othersInVisit(visit).length > 0 ? WITH_OTHERS_VOLUME : ALONE_VOLUME;
}
