// A bar that moves with the voice. For the ear there is nothing to say until a voice was heard.

import { useEffect, useRef } from 'preact/hooks';
import { MicrophoneLevel } from '../../call/microphone_level';
import { text } from '../../text/text';
import './style.css';

const STEPS = 16;
const HEARD_AT = 0.35;

interface LevelMeterProps {
  track: MediaStreamTrack;
  onHeard: () => void;
}

export function LevelMeter({ track, onHeard }: LevelMeterProps) {
  const bar = useRef<HTMLDivElement>(null);
  const meter = useRef<HTMLMeterElement>(null);
  useEffect(() => {
    let level: MicrophoneLevel;
    try {
      level = new MicrophoneLevel(track);
    } catch {
      return; // no audio graph here: the words "microphone is on" must do
    }
    let shown = 0;
    const timer = setInterval(() => {
      const now = level.read();
      shown = Math.max(now, shown * 0.85);
      draw(bar.current, meter.current, Math.round(shown * STEPS));
      if (now >= HEARD_AT) onHeard();
    }, 60);
    return () => {
      clearInterval(timer);
      level.close();
    };
  }, [track]);
  return (
    <>
      <meter ref={meter} class="vh" min={0} max={STEPS} value={0} aria-label={text.check.voiceLevel} />
      <div ref={bar} class="level" aria-hidden="true">
        {Array.from({ length: STEPS }, (_, index) => (
          <i key={index} />
        ))}
      </div>
    </>
  );
}

/** Sixteen times a second, past the framework: nothing else on the page changes. */
function draw(bar: HTMLElement | null, meter: HTMLMeterElement | null, steps: number): void {
  if (!bar || !meter || meter.value === steps) return;
  meter.value = steps;
  for (let index = 0; index < bar.children.length; index++) {
    bar.children[index]?.classList.toggle('up', index < steps);
  }
}
