// The one sentence above the buttons: what the person most needs to know now. Pure.

import type { Devices } from '../call/devices';
import { stillTogether } from '../call/visit_session';
import type { SessionSnapshot } from '../call/visit_session';
import { othersInVisit } from '../call/visit_state';
import { shortName } from '../text/names';
import { text } from '../text/text';

export type Fix = 'sound' | 'microphone' | 'camera' | null;

export interface StateSentence {
  sentence: string;
  fix: Fix;
}

export function stateSentence(snapshot: SessionSnapshot, soundBlocked: boolean): StateSentence {
  const words = text.state;
  const { visit, call, devices, connection } = snapshot;
  const plain = (sentence: string): StateSentence => ({ sentence, fix: null });
  if (!visit || connection.name === 'connecting') return plain(words.connecting);
  if (stillTogether(snapshot)) return plain(words.stillTogether);
  if (connection.name !== 'joined') return plain(visit.visit.opinion ? words.lostLetter : words.lost);
  if (call.refused !== null) return plain(words.refused(call.refused));
  if (call.transport === 'interrupted') return plain(words.repairing);
  if (!call.active || call.transport === 'connecting') return plain(words.connecting);
  if (soundBlocked) return { sentence: words.soundBlocked, fix: 'sound' };
  if (devices.microphoneInterrupted || devices.name === 'failed') {
    return { sentence: words.interrupted, fix: 'microphone' };
  }
  if (devices.cameraLost) return { sentence: words.cameraLost, fix: 'camera' };
  return aboutTheOthers(snapshot, visit);
}

function aboutTheOthers(snapshot: SessionSnapshot, visit: NonNullable<SessionSnapshot['visit']>): StateSentence {
  const words = text.state;
  const { devices } = snapshot;
  const muted = devices.audioMuted || !devices.audioTrack;
  const hidden = devices.videoMuted || !devices.videoTrack;
  const others = othersInVisit(visit);
  const names = others.filter((one) => one.state !== 'away').map((one) => shortName(one.name));
  const say = (sentence: string): StateSentence => ({ sentence, fix: null });

  if (visit.quality[visit.you.id]?.level === 'poor') return say(words.poor);
  if (muted && hidden) return say(words.neither);
  if (muted) return say(names.length ? words.seeOnly(names) : words.mutedAlone);
  for (const one of others) {
    const quality = visit.quality[one.id];
    const name = shortName(one.name);
    if (one.state === 'away' || quality?.level === 'lost') return say(words.theirLost(name));
    if (quality?.reason === 'silent') return say(words.theirSilent(name));
    if (quality?.level === 'poor') return say(words.theirPoor(name));
  }
  if (names.length === 0) return say(words.alone);
  return say(hidden ? words.hearOnly(names) : words.hearAndSee(names));
}

/** The one button that repairs it. */
export function repairOf(fix: Fix, devices: Devices, sound: { unblock: () => void }): { word: string; act: () => void } | undefined {
  switch (fix) {
    case 'sound':
      return { word: text.state.soundFix, act: sound.unblock };
    case 'microphone':
      return { word: text.state.interruptedFix, act: () => void devices.tryAgain() };
    case 'camera':
      return { word: text.state.cameraFix, act: () => void devices.tryAgain() };
    case null:
      return undefined;
  }
}
