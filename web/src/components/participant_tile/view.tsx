// A person in the visit: the picture when there is one, else the name and why there is none.

import { useEffect, useRef } from 'preact/hooks';
import type { EventQuality, Participant } from '../../protocol/messages';
import { relationOf, text } from '../../text/text';
import { initials, shortName } from '../../text/names';
import { Icon } from '../icon/view';
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
  className: string;
  /** The tile's size in device pixels, whenever it changes. */
  onSize?: (slot: number, width: number, height: number) => void;
}

export function ParticipantTile(props: TileProps) {
  const { person, slot, video, showVideo, speaking, quality, className } = props;
  const away = person.state === 'away' || quality === 'lost';
  const picture = showVideo && !person.video_muted && !away ? video : null;
  const element = useStream<HTMLVideoElement>(picture);
  const tile = useSize(slot, showVideo, props.onSize);
  return (
    <div
      ref={tile}
      class={`face ${className}${speaking ? ' speaking' : ''}${picture ? '' : ' nopic'}`}
      data-participant={person.id}
      data-slot={slot ?? ''}
    >
      <video ref={element} class="picture" playsInline muted aria-hidden="true" hidden={!picture} />
      {!picture && (
        <>
          <span class="avatar" aria-hidden="true">
            {initials(person.name)}
          </span>
          <p class="words">{wordsWithoutPicture(person, away, showVideo)}</p>
        </>
      )}
      <p class="name">
        {speaking && <Bars />}
        {person.audio_muted && <Icon name="microphoneOff" />}
        <strong>
          <span class="long">{person.name}</span>
          <span class="short" aria-hidden="true">
            {shortName(person.name)}
          </span>
        </strong>
        <span class="sub">{subtitle(person, speaking)}</span>
      </p>
    </div>
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
  return speaking ? text.visit.isSpeaking : relationOf(person);
}

function wordsWithoutPicture(person: Participant, away: boolean, showVideo: boolean): string {
  if (away) return text.visit.awayTile;
  if (person.video_muted) return text.visit.pictureOff;
  return showVideo ? text.visit.connecting : text.visit.soundOnly;
}

function useSize(slot: number | null, showVideo: boolean, onSize: TileProps['onSize']) {
  const tile = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!tile.current || slot === null || !showVideo || !onSize) return;
    const tell = (box: { width: number; height: number }) => {
      const ratio = window.devicePixelRatio || 1;
      onSize(slot, Math.round(box.width * ratio), Math.round(box.height * ratio));
    };
    tell(tile.current.getBoundingClientRect());
    if (!('ResizeObserver' in window)) return;
    const observer = new ResizeObserver((entries) => entries[0] && tell(entries[0].contentRect));
    observer.observe(tile.current);
    return () => observer.disconnect();
  }, [slot, showVideo]);
  return tile;
}
