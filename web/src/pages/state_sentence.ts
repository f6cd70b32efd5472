// The one sentence above the buttons: what the person most needs to know now. Pure.

import type { Devices } from '../call/devices';
import type { Steps } from '../call/ladder';
import { stillTogether } from '../call/visit_session';
import type { SessionSnapshot } from '../call/visit_session';
import { othersInVisit } from '../call/visit_state';
import type { RepairProps } from '../components/repair/view';
import type { AwayReason, PictureStep } from '../protocol/messages';
import { shortName } from '../text/names';
import { few, text } from '../text/text';

export type Fix = 'sound' | 'microphone' | 'camera' | null;

export interface StateSentence {
  sentence: string;
  fix: Fix;
}

/** Why neither sound nor picture gets through, and whom to call. */
export const blockedSentence = (reason: 'no_way' | 'relay_refused', phone: string): string =>
  phone ? text.state.blocked[`${reason}_call` as const]({ phone }) : text.state.blocked[reason];

const whom = (names: readonly string[]) => ({ names: few(names), count: names.length });

const seenSoundLost = (names: readonly string[], phone: string): string =>
  phone ? text.state.seenSoundLostCall({ names: few(names), phone }) : text.state.seenSoundLost({ names: few(names) });

/** `seen`: how one's own picture reaches each person, steady enough to be said. */
export function stateSentence(snapshot: SessionSnapshot, soundBlocked: boolean, seen: Steps = {}): StateSentence {
  const words = text.state;
  const { visit, call, devices, connection } = snapshot;
  const plain = (sentence: string): StateSentence => ({ sentence, fix: null });
  if (!visit || connection.name === 'connecting') return plain(words.connecting);
  if (stillTogether(snapshot)) return plain(words.stillTogether);
  if (connection.name !== 'joined') return plain(visit.visit.opinion ? words.lostLetter : words.lost);
  if (call.refused !== null) return plain(words.refused({ message: call.refused }));
  if (call.blocked !== null && call.transport !== 'media') return plain(blockedSentence(call.blocked, visit.visit.support_phone));
  if (call.transport === 'interrupted') return plain(words.repairing);
  if (!call.active || call.transport === 'connecting') return plain(words.connecting);
  if (soundBlocked) return { sentence: words.soundBlocked, fix: 'sound' };
  if (devices.microphoneInterrupted || devices.name === 'failed') {
    const gone = devices.name === 'failed' || devices.audioTrack?.readyState === 'ended';
    return { sentence: gone ? words.deviceGone : words.interrupted, fix: 'microphone' };
  }
  if (devices.cameraLost) return { sentence: words.cameraLost, fix: 'camera' };
  return aboutTheOthers(snapshot, visit, seen);
}

function aboutTheOthers(snapshot: SessionSnapshot, visit: NonNullable<SessionSnapshot['visit']>, seen: Steps): StateSentence {
  const words = text.state;
  const { devices } = snapshot;
  const muted = devices.audioMuted || !devices.audioTrack;
  const hidden = devices.videoMuted || !devices.videoTrack;
  const others = othersInVisit(visit);
  const names = others.filter((one) => one.state !== 'away').map((one) => shortName(one.name));
  const say = (sentence: string): StateSentence => ({ sentence, fix: null });

  const whoSees = (step: PictureStep) =>
    others.filter((one) => one.state !== 'away' && seen[one.id] === step).map((one) => shortName(one.name));
  const unheard = whoSees('sound_lost');
  if (unheard.length > 0 && !muted) return say(seenSoundLost(unheard, visit.visit.support_phone));
  if (muted && hidden) return say(words.neither);
  if (muted) return say(names.length ? words.seeOnly(whom(names)) : words.mutedAlone);
  for (const [step, sentence] of [['sound_only', words.seenSoundOnly], ['still', words.seenStill]] as const) {
    const names = whoSees(step);
    if (names.length > 0 && !hidden) return say(sentence(whom(names)));
  }
  if (visit.quality[visit.you.id]?.level === 'poor') return say(words.poor);
  for (const one of others) {
    const quality = visit.quality[one.id];
    const name = shortName(one.name);
    if (one.state === 'away') return say(awayWords(one.away ?? 'connection')({ name }));
    if (quality?.level === 'lost') return say(words.theirLost({ name }));
    if (quality?.reason === 'silent') return say(words.theirSilent({ name }));
    if (quality?.level === 'poor') return say(words.theirPoor({ name }));
  }
  if (names.length === 0) return say(words.alone);
  return say(hidden ? words.hearOnly(whom(names)) : words.hearAndSee(whom(names)));
}

/** The bars beside the sentence: only while something comes. */
export const somebodySpeaks = ({ visit, connection, call }: SessionSnapshot): boolean =>
  visit !== null && visit.speaker !== null && connection.name === 'joined' && call.transport === 'media';

const awayWords = (reason: AwayReason) =>
  ({
    connection: text.state.theirLost,
    hidden: text.state.theirAway,
    call: text.state.theirCall,
    device: text.state.theirDevice,
    help: text.state.theirHelp,
  })[reason];

/** The one button that repairs it. */
export function repairOf({ sentence, fix }: StateSentence, devices: Devices, sound: { unblock: () => void }): RepairProps | null {
  const words = text.state;
  const reopen = { title: sentence, busy: devices.state.name === 'asking', act: () => void devices.tryAgain() };
  switch (fix) {
    case 'sound':
      return { title: sentence, more: words.soundBlockedMore, word: words.soundFix, icon: 'speaker', busy: false, act: sound.unblock };
    case 'microphone':
      return { ...reopen, more: words.interruptedMore, word: words.interruptedFix, icon: 'microphone' };
    case 'camera':
      return { ...reopen, more: words.cameraMore, word: words.cameraFix, icon: 'camera' };
    case null:
      return null;
  }
}
