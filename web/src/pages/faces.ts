// Which faces are large, which have a picture, and what the gateway is told about it.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { EventQuality, Participant } from '../protocol/messages';
import { conditionOf } from '../call/ladder';
import type { Condition, Steps } from '../call/ladder';
import type { VisitSession } from '../call/visit_session';
import { mainFace, othersInVisit } from '../call/visit_state';
import type { VisitState } from '../call/visit_state';
import type { CallState } from '../call/call';
import { useSteadySteps } from './steady_steps';

export interface Face {
  person: Participant;
  slot: number | null;
  video: MediaStream | null;
  showVideo: boolean;
  speaking: boolean;
  quality?: EventQuality['level'];
  condition: Condition;
}

/** The large face first. At most `pictures` of them have a picture; everybody is heard. */
export function chooseFaces(visit: VisitState, call: CallState, steps: Steps, main: string | null, pictures: number): Face[] {
  const others = othersInVisit(visit);
  const ordered = [...others.filter((one) => one.id === main), ...others.filter((one) => one.id !== main)];
  return ordered.map((person, index) => {
    const slot = visit.slots.find((one) => one.participant === person.id)?.slot ?? null;
    const motion = slot === null ? undefined : call.motions[slot];
    return {
      person,
      slot,
      showVideo: index < pictures,
      video: slot === null ? null : (call.slots[slot]?.video ?? null),
      speaking: visit.speaker === person.id,
      quality: visit.quality[person.id]?.level,
      condition: conditionOf(steps[person.id] ?? 'full', motion, call.transport === 'interrupted'),
    };
  });
}

const TELL_AFTER_MS = 200;
/** Words about a picture stay for so long after it became better. */
const WORDS_LINGER_MS = 1000;

export interface ShownFaces {
  faces: Face[];
  onSize: (slot: number, width: number, height: number) => void;
  onPicture: (slot: number, picture: HTMLVideoElement | null) => void;
}

export function useFaces(session: VisitSession, visit: VisitState, call: CallState, pictures: number): ShownFaces {
  const lastMain = useRef<string | null>(null);
  const main = mainFace(visit, lastMain.current);
  lastMain.current = main;
  const faces = chooseFaces(visit, call, useSteadySteps(visit.pictures, WORDS_LINGER_MS), main, pictures);

  const sizes = useRef(new Map<number, { width: number; height: number }>());
  const [sized, setSized] = useState(0);
  const onSize = useCallback((slot: number, width: number, height: number) => {
    sizes.current.set(slot, { width, height });
    setSized((count) => count + 1);
  }, []);

  const onPicture = useCallback((slot: number, picture: HTMLVideoElement | null) => {
    if (!picture) session.rendered.delete(slot);
    else session.rendered.set(slot, () => picture.getVideoPlaybackQuality?.().totalVideoFrames ?? null);
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
  return { faces, onSize, onPicture };
}
