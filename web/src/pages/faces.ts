// Which faces are large, which have a picture, and what the gateway is told about it.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Participant } from '../protocol/messages';
import type { VisitSession } from '../call/visit_session';
import { mainFace, othersInVisit } from '../call/visit_state';
import type { VisitState } from '../call/visit_state';
import type { CallState } from '../call/call';

export interface Face {
  person: Participant;
  slot: number | null;
  video: MediaStream | null;
  showVideo: boolean;
}

/** The large face first. At most `pictures` of them have a picture; everybody is heard. */
export function chooseFaces(visit: VisitState, call: CallState, main: string | null, pictures: number): Face[] {
  const others = othersInVisit(visit);
  const ordered = [...others.filter((one) => one.id === main), ...others.filter((one) => one.id !== main)];
  return ordered.map((person, index) => {
    const slot = visit.slots.find((one) => one.participant === person.id)?.slot ?? null;
    const showVideo = index < pictures;
    return { person, slot, showVideo, video: slot === null ? null : (call.slots[slot]?.video ?? null) };
  });
}

const TELL_AFTER_MS = 200;

export function useFaces(session: VisitSession, visit: VisitState, call: CallState, pictures: number) {
  const lastMain = useRef<string | null>(null);
  const main = mainFace(visit, lastMain.current);
  lastMain.current = main;
  const faces = chooseFaces(visit, call, main, pictures);

  const sizes = useRef(new Map<number, { width: number; height: number }>());
  const [sized, setSized] = useState(0);
  const onSize = useCallback((slot: number, width: number, height: number) => {
    sizes.current.set(slot, { width, height });
    setSized((count) => count + 1);
  }, []);

  const shown = call.slots.map((_, slot) => {
    const face = faces.find((one) => one.slot === slot);
    // An empty slot asks for its picture in advance: whoever comes into it is seen at once.
    const video = face ? face.showVideo : faces.length < pictures;
    return video ? { slot, video, ...sizes.current.get(slot) } : { slot, video };
  });
  useEffect(() => {
    const timer = setTimeout(() => session.setShown(shown), TELL_AFTER_MS);
    return () => clearTimeout(timer);
  }, [JSON.stringify(shown), sized]);
  return { faces, onSize };
}
