// Everybody is heard, whether their picture is on the screen or not: each slot has its own audio
// element for as long as the call lives.

import { useEffect, useRef } from 'preact/hooks';
import type { Slot } from '../../protocol/messages';
import type { SlotStreams } from '../../call/call';
import { useStream } from '../self_view/attach_stream';

interface SlotSoundsProps {
  streams: readonly SlotStreams[];
  slots: readonly Slot[];
  /** Changes when somebody tapped "Turn the sound on": every element tries again within that tap. */
  attempt: number;
  onBlocked: (blocked: boolean) => void;
}

export function SlotSounds({ streams, slots, attempt, onBlocked }: SlotSoundsProps) {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (attempt > 0) playAll(holder.current, onBlocked);
  }, [attempt]);
  return (
    <div ref={holder} hidden data-sounds>
      {streams.map((one, index) => (
        <SlotSound
          key={index}
          stream={one.audio}
          slot={index}
          participant={slots.find((slot) => slot.slot === index)?.participant ?? null}
          onBlocked={onBlocked}
        />
      ))}
    </div>
  );
}

interface SlotSoundProps {
  stream: MediaStream;
  slot: number;
  participant: string | null;
  onBlocked: (blocked: boolean) => void;
}

function SlotSound({ stream, slot, participant, onBlocked }: SlotSoundProps) {
  const element = useStream<HTMLAudioElement>(stream, onBlocked);
  return <audio ref={element} data-slot={slot} data-participant={participant ?? ''} />;
}

function playAll(holder: HTMLElement | null, onBlocked: (blocked: boolean) => void): void {
  const elements = [...(holder?.querySelectorAll('audio') ?? [])];
  Promise.all(elements.map((one) => one.play())).then(
    () => onBlocked(false),
    () => onBlocked(true),
  );
}
