// Somebody comes to the door, or knocks: said politely, and with a soft sound where that is wanted.

import { useEffect, useRef, useState } from 'preact/hooks';
import { chime } from '../call/door_chime';
import { chimeVolume, doorNews, lookAtDoor } from '../call/door_news';
import type { DoorLook } from '../call/door_news';
import type { VisitState } from '../call/visit_state';
import { soundIsOn } from '../components/door_sound/view';
import { text } from '../text/text';

const nobody: DoorLook = new Map();

/** What a screen reader says of it. Who stood there already when the desk opened is told, without a sound. */
export function useDoorNews(visit: VisitState, muted: boolean): string {
  const before = useRef<DoorLook | null>(null);
  const [said, setSaid] = useState('');
  const volume = useRef(0);
  volume.current = chimeVolume(visit, muted);
  useEffect(() => {
    const opened = before.current === null;
    const { came, knocked } = doorNews(before.current ?? nobody, visit);
    before.current = lookAtDoor(visit);
    if (came.length + knocked.length === 0) return;
    const onlyCame = came.filter((one) => !knocked.includes(one));
    const words = [...onlyCame.map(({ name }) => text.door.arrived({ name })), ...knocked.map(({ name }) => text.door.knocks({ name }))].join(' ');
    // The same words again are said again only when something about them is different.
    setSaid((last) => (last === words ? `${words}\u00a0` : words));
    if (!opened && soundIsOn()) chime(() => volume.current);
  }, [visit.roster]);
  return said;
}
