// One's own face, mirrored as in a mirror.

import { useMemo } from 'preact/hooks';
import { text } from '../../text/text';
import { useStream } from './attach_stream';
import '../participant_tile/style.css';
import './style.css';

interface SelfViewProps {
  track: MediaStreamTrack | null;
  hidden?: boolean;
  words?: string;
  label?: string;
}

export function SelfVideo({ track, hidden }: { track: MediaStreamTrack | null; hidden?: boolean }) {
  const stream = useMemo(() => (track ? new MediaStream([track]) : null), [track]);
  const element = useStream<HTMLVideoElement>(stream);
  return <video ref={element} class="picture mirror" playsInline muted aria-hidden="true" data-self hidden={hidden || !track} />;
}

export function SelfView({ track, hidden, words, label = text.you }: SelfViewProps) {
  return (
    <div class={track && !hidden ? 'face' : 'face nopic'}>
      <SelfVideo track={track} hidden={hidden} />
      {words && <p class="words">{words}</p>}
      <p class="name">{label}</p>
    </div>
  );
}
