// A person in the visit: the picture when there is one, else the name and why there is none.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { hasNoPicture } from '../../call/ladder';
import type { Condition } from '../../call/ladder';
import type { EventQuality, Participant } from '../../protocol/messages';
import { languageName } from '../../text/language_names';
import { relationOf, roleWord, text } from '../../text/text';
import { fullName, initials, shortName } from '../../text/names';
import { Icon } from '../icon/view';
import type { IconName } from '../icon/view';
import { Telephone } from '../page_frame/telephone';
import { useStream } from '../self_view/attach_stream';
import '../person_row/style.css';
import '../self_view/style.css';
import './style.css';

export interface TileProps {
  person: Participant;
  slot: number | null;
  video: MediaStream | null;
  /** false: this device shows fewer pictures; everybody is heard all the same */
  showVideo: boolean;
  speaking: boolean;
  quality?: EventQuality['level'];
  condition?: Condition;
  /** For the step at which not even the voice gets through. */
  supportPhone?: string;
  className: string;
  /** Something that only a tap repairs, in the place where people look. */
  children?: ComponentChildren;
  /** The tile's size in device pixels, whenever it changes. */
  onSize?: (slot: number, width: number, height: number) => void;
  /** The element that shows the slot, null when none does any more. */
  onPicture?: (slot: number, picture: HTMLVideoElement | null) => void;
}

export function ParticipantTile(props: TileProps) {
  const { person, slot, video, showVideo, quality, className, condition = 'fine' } = props;
  const speaking = props.speaking && condition !== 'sound_lost' && condition !== 'reconnecting';
  const away = person.state === 'away' || quality === 'lost';
  const picture = showVideo && !person.video_muted && !away ? video : null;
  // Covered, the picture goes on below: it is there at once when it comes back.
  const covered = picture !== null && hasNoPicture(condition);
  const element = useStream<HTMLVideoElement>(picture);
  const tile = useSize(slot, showVideo && !covered, props.onSize);
  useEffect(() => {
    if (slot === null || !picture) return;
    props.onPicture?.(slot, element.current);
    return () => props.onPicture?.(slot, null);
  }, [slot, picture]);
  const told = picture ? toldOf(condition) : null;
  return (
    <div
      ref={tile}
      class={`face ${className}${speaking ? ' speaking' : ''}${picture && !covered ? '' : ' nopic'}`}
      data-participant={person.id}
      data-slot={slot ?? ''}
      data-condition={condition}
    >
      <video ref={element} class={covered ? 'picture covered' : 'picture'} playsInline muted aria-hidden="true" hidden={!picture} />
      {!picture && (
        <>
          <Initials name={person.name} />
          <p class="words">{wordsWithoutPicture(person, away, showVideo)}</p>
        </>
      )}
      {covered && <InPlaceOfPicture person={person} condition={condition} supportPhone={props.supportPhone ?? ''} />}
      <p class="name">
        {speaking && <Bars />}
        {person.audio_muted && <Icon name="microphoneOff" />}
        <strong>
          <span class="long">{fullName(person.name)}</span>
          <span class="short" aria-hidden="true">
            {shortName(person.name)}
          </span>
        </strong>
        <span class="sub">{subtitle(person, speaking)}</span>
        {person.role === 'interpreter' && person.language && <span class="language">{languageName(person.language)}</span>}
        {told && (
          <span class={covered ? 'told in-brief' : condition === 'small' ? 'told quietly' : 'told'}>
            <Icon name={told.icon} />
            <span class="long">{told.long}</span>
            <span class="short" aria-hidden="true">
              {told.short}
            </span>
          </span>
        )}
      </p>
      {props.children}
    </div>
  );
}

const Initials = ({ name }: { name: string }) => (
  <span class="avatar" aria-hidden="true">
    {initials(name)}
  </span>
);

/** What is said of a picture that is there, on the plate with the name. */
function toldOf(condition: Condition): { icon: IconName; long: string; short: string } | null {
  const words = text.ladder;
  switch (condition) {
    case 'fine':
      return null;
    // A large tile has room to say more of it in the picture's place.
    case 'sound_only':
      return { icon: 'speaker', long: text.visit.soundOnly, short: text.visit.soundOnly };
    case 'sound_lost':
      return { icon: 'phone', long: words.soundLostShort, short: words.soundLostShort };
    case 'small':
      return { icon: 'shrink', long: words.small, short: words.small };
    case 'still':
      return { icon: 'hourglass', long: words.still, short: words.stillShort };
    case 'standing':
      return { icon: 'hourglass', long: words.standing, short: words.standingShort };
    case 'coming':
      return { icon: 'hourglass', long: words.coming, short: words.coming };
    case 'reconnecting':
      return { icon: 'waves', long: words.reconnecting, short: words.reconnectingShort };
  }
}

/** The voice alone, or not even that. */
function InPlaceOfPicture({ person, condition, supportPhone }: { person: Participant; condition: Condition; supportPhone: string }) {
  const words = text.ladder;
  if (condition === 'sound_only') {
    return (
      <>
        <Initials name={person.name} />
        <p class="words">
          <Icon name="speaker" />
          <span>
            <strong>{words.soundOnly}</strong> <span class="more">{words.soundOnlyMore}</span>
          </span>
        </p>
      </>
    );
  }
  return (
    <>
      <span class="avatar" aria-hidden="true">
        <Icon name="phone" />
      </span>
      <p class="words">
        <span>
          <strong>{words.soundLost({ name: shortName(person.name) })}</strong>{' '}
          <span class="more">
            {supportPhone ? (
              <>
                {words.soundLostCall} <Telephone number={supportPhone} />.
              </>
            ) : (
              words.soundLostNoPhone
            )}
          </span>
        </span>
      </p>
    </>
  );
}

/** Bars that move while someone speaks. */
export function Bars() {
  return (
    <span class="bars live" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  );
}

function subtitle(person: Participant, speaking: boolean): string {
  if (person.audio_muted) return text.visit.mutedLong;
  if (speaking) return text.visit.isSpeaking;
  // An interpreter's language has a place of its own, which stays while they speak.
  return person.role === 'interpreter' ? person.relation || roleWord(person.role) : relationOf(person);
}

function wordsWithoutPicture(person: Participant, away: boolean, showVideo: boolean): string {
  if (away) return text.visit.awayTile[person.away ?? 'connection'];
  if (person.video_muted) return text.visit.pictureOff;
  return showVideo ? text.visit.connecting : text.visit.soundOnly;
}

function useSize(slot: number | null, isShown: boolean, onSize: TileProps['onSize']) {
  const tile = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!tile.current || slot === null || !isShown || !onSize) return;
    const tell = (box: { width: number; height: number }) => {
      const ratio = window.devicePixelRatio || 1;
      onSize(slot, Math.round(box.width * ratio), Math.round(box.height * ratio));
    };
    tell(tile.current.getBoundingClientRect());
    if (!('ResizeObserver' in window)) return;
    const observer = new ResizeObserver((entries) => entries[0] && tell(entries[0].contentRect));
    observer.observe(tile.current);
    return () => observer.disconnect();
  }, [slot, isShown]);
  return tile;
}
