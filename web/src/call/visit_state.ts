// What is known about the visit, and how each message changes it. Pure.

import type {
  ChatMessage,
  ConsentQuestion,
  Event,
  EventMissedWords,
  EventQuality,
  EventSecondDevice,
  EmergencyState,
  EventWaiting,
  HelpSession,
  Huddle,
  LicenceState,
  Participant,
  Permission,
  PictureStep,
  RecordingState,
  ReplyJoined,
  Slot,
  Visit,
} from '../protocol/messages';
import type { ShownSlot } from './call';
import type { Expected } from './call_watch';

export type MissedWords = Omit<EventMissedWords, 'type'>;

export interface VisitState {
  you: Participant;
  visit: Visit;
  /** It was planned for another time when one came. */
  moved: boolean;
  permissions: readonly Permission[];
  roster: readonly Participant[];
  slots: readonly Slot[];
  chat: readonly ChatMessage[];
  recording: RecordingState;
  consent: ConsentQuestion;
  huddle: Huddle;
  /** Somebody of the programme helps this person, or this person another; kept when it is over, until there is another. */
  help: HelpSession | null;
  waiting: Omit<EventWaiting, 'type'> | null;
  speaker: string | null;
  quality: Readonly<Record<string, Omit<EventQuality, 'type' | 'participant'>>>;
  /** How each person's picture comes; who is not named comes in full. */
  pictures: Readonly<Record<string, PictureStep>>;
  /** How one's own picture reaches each person. */
  seen: Readonly<Record<string, PictureStep>>;
  /** Who may have missed what one said, for as long as it is shown. */
  missed: readonly MissedWords[];
  secondDevices: readonly Omit<EventSecondDevice, 'type'>[];
  /** For staff: where the patient is today, and what that means for each physician. */
  licence: LicenceState | null;
  /** For staff: grows whenever answers before the visit, or their alerts, may have changed. */
  screeningNews: number;
  /** For staff: somebody needs help at once. */
  emergency: EmergencyState | null;
  /** For the patient and family: help is being arranged. */
  helpComing: boolean;
  /** The physician said "not now", in these words. */
  denied: string | null;
}

export function stateAfterJoin(joined: ReplyJoined, before: VisitState | null): VisitState {
  const same = joined.resumed ? before : null;
  return {
    you: joined.you,
    visit: joined.visit,
    moved: before !== null && (before.moved || before.visit.starts_at !== joined.visit.starts_at),
    permissions: joined.permissions,
    roster: joined.roster,
    slots: joined.slots,
    chat: joined.chat,
    recording: joined.recording,
    consent: joined.consent,
    huddle: joined.huddle,
    help: helpAfterJoin(joined.help ?? null, before?.help ?? null),
    waiting: joined.you.state === 'waiting' ? (before?.waiting ?? null) : null,
    speaker: same?.speaker ?? null,
    // Everybody counts as well connected until something else is said.
    quality: {},
    pictures: {},
    seen: {},
    missed: same?.missed ?? [],
    secondDevices: same?.secondDevices ?? [],
    licence: same?.licence ?? null,
    screeningNews: (before?.screeningNews ?? 0) + 1,
    // Told again after each join, when there is any.
    emergency: null,
    helpComing: false,
    denied: null,
  };
}

export function stateAfterEvent(state: VisitState, event: Event): VisitState {
  switch (event.type) {
    case 'waiting': {
      const { type: _, ...waiting } = event;
      return { ...state, waiting, you: { ...state.you, state: 'waiting', outside: event.outside } };
    }
    case 'admitted': {
      const { outside: _, ...you } = state.you;
      return { ...state, you: { ...you, state: 'in_visit' }, waiting: null, denied: null };
    }
    case 'denied':
      return { ...state, denied: event.message };
    case 'roster': {
      const you = event.participants.find((one) => one.you) ?? state.you;
      return { ...state, roster: event.participants, you };
    }
    case 'slots':
      return { ...state, slots: event.slots };
    case 'speaker':
      return { ...state, speaker: event.participant };
    case 'chat':
      // After a resume the last message may come twice: in the list and as an event.
      if (state.chat.some((one) => one.id === event.message.id)) return state;
      return { ...state, chat: [...state.chat, event.message] };
    case 'consent':
      return { ...state, consent: event.consent };
    case 'huddle':
      return { ...state, huddle: event.huddle };
    case 'help_session':
      return { ...state, help: helpAfter(event.help, state.help) };
    case 'recording':
      return { ...state, recording: event.recording };
    case 'quality':
      return {
        ...state,
        quality: { ...state.quality, [event.participant]: { level: event.level, reason: event.reason, score: event.score } },
      };
    case 'second_device': {
      const { type: _, ...asked } = event;
      // Only the latest device of a person may be let in.
      const others = state.secondDevices.filter((one) => one.participant !== asked.participant);
      return { ...state, secondDevices: [...others, asked] };
    }
    case 'licence':
      return { ...state, licence: event.licence };
    case 'screening':
      return { ...state, screeningNews: state.screeningNews + 1 };
    case 'emergency':
      return { ...state, emergency: event.emergency };
    case 'help':
      return { ...state, helpComing: event.coming };
    case 'visit':
      return {
        ...state,
        visit: { ...state.visit, state: event.state, starts_at: event.starts_at, expected: event.expected },
        moved: state.moved || event.starts_at !== state.visit.starts_at,
      };
    case 'picture':
      return { ...state, pictures: { ...state.pictures, [event.participant]: event.step } };
    case 'seen':
      return { ...state, seen: { ...state.seen, [event.by]: event.step } };
    case 'missed_words': {
      const { type: _, ...missed } = event;
      return { ...state, missed: [...state.missed.filter((one) => one.participant !== missed.participant), missed] };
    }
    case 'camera':
    case 'microphone':
    case 'silence':
    case 'repair':
    case 'renegotiate':
    case 'bye':
      return state;
  }
}

/** Each of the words is told once; what was written stays to be read when it is over. */
function helpAfter(help: HelpSession | null, before: HelpSession | null): HelpSession | null {
  if (!help || before?.id !== help.id) return help;
  const known = new Set(before.words.map(({ id }) => id));
  return { ...help, words: [...before.words, ...help.words.filter(({ id }) => !known.has(id))] };
}

/** The gateway does not tell of what ended while it was not reached; whoever talked with somebody wants to know. */
function helpAfterJoin(help: HelpSession | null, before: HelpSession | null): HelpSession | null {
  if (!help && before?.state === 'open') return { ...before, state: 'over', ended: 'restart' };
  return helpAfter(help, before);
}

export function withoutSecondDevice(state: VisitState, request: string): VisitState {
  return { ...state, secondDevices: state.secondDevices.filter((one) => one.request !== request) };
}

/** The notice was read, or was there long enough. */
export const withoutMissed = (state: VisitState, missed: MissedWords): VisitState => ({
  ...state,
  missed: state.missed.filter((one) => one.participant !== missed.participant || one.at !== missed.at),
});

/** A picture that should move: full or small; the other steps of the ladder say what comes instead. */
export const movesOn = (step: PictureStep): boolean => step === 'full' || step === 'small';

/** By slot: what should come now, so that its absence means something. */
export function expectedOf(state: VisitState, shown: readonly ShownSlot[], slotCount: number): Expected[] {
  return Array.from({ length: slotCount }, (_, slot) => {
    const id = state.slots.find((one) => one.slot === slot)?.participant;
    const person = state.roster.find((one) => one.id === id);
    if (!person || (person.state !== 'in_visit' && !isWithYou(state, person))) return { picture: false, sound: false };
    const quality = state.quality[person.id];
    const step = state.pictures[person.id] ?? 'full';
    const gone = quality?.level === 'lost' || quality?.reason === 'silent' || quality?.reason === 'device';
    return {
      picture: !gone && !person.video_muted && movesOn(step) && shown.some((one) => one.slot === slot && one.video),
      sound: !gone && !person.audio_muted && step !== 'sound_lost',
    };
  });
}

export const isPhysician = (person: { role: Participant['role'] }) =>
  person.role === 'reviewing_physician' || person.role === 'treating_physician';

/** Physicians and coordinators work at the desk; everybody else gets the patient's page. */
export const worksAtDesk = (person: { role: Participant['role'] }) =>
  isPhysician(person) || person.role === 'coordinator';

/** Comes through the patient's door. */
export const isGuest = (person: { role: Participant['role'] }) => person.role !== 'patient' && !worksAtDesk(person);

/** One of two of whom one helps the other: they hear and see each other, and nobody else. */
export const isApart = ({ help }: Pick<VisitState, 'help'>) => help?.state === 'open';

/** Whoever helps, or is helped, now. */
const isWithYou = (state: VisitState, person: Participant) => isApart(state) && person.id === state.help?.with.id;

/** The others with whom one talks now, in the order in which they came: in a huddle the team alone, from the calm room nobody. */
export const othersInVisit = (state: VisitState) =>
  state.roster.filter((one) => {
    if (isApart(state)) return isWithYou(state, one);
    if (one.you || one.state === 'waiting' || state.huddle.state === 'calm') return false;
    return state.huddle.state === 'none' || worksAtDesk(one);
  });

/** Who waits in the calm room while the team talks. */
export const inCalmRoom = (state: VisitState) =>
  state.huddle.state === 'none' ? [] : state.roster.filter((one) => one.state !== 'waiting' && !worksAtDesk(one));

/** What this person may do with another at the doors. */
export const may = (person: Participant, power: NonNullable<Participant['may']>[number]) => person.may?.includes(power) === true;

export const atTheDoor = (state: VisitState) => state.roster.filter((one) => !one.you && one.state === 'waiting');

/** Neither seen nor heard by anybody though the call goes on: sent out, sent back, in the calm room, or waiting again after help. */
export const isOut = ({ you, huddle, help }: VisitState) => {
  if (isApart({ help })) return false;
  if (huddle.state === 'calm') return true;
  return you.state === 'waiting' && (you.outside === 'sent_out' || you.outside === 'sent_back' || help?.state === 'over');
};

/** Whose face is large: the speaker while speaking, else the last one who spoke, else a physician. */
export function mainFace(state: VisitState, lastMain: string | null): string | null {
  const others = othersInVisit(state);
  const present = (id: string | null) => id !== null && others.some((one) => one.id === id);
  if (present(state.speaker)) return state.speaker;
  if (present(lastMain)) return lastMain;
  return (others.find(isPhysician) ?? others[0])?.id ?? null;
}
