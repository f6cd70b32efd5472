// Whether this visit is being recorded: a red dot and the word, and the way to stop it.

import type { ConsentAnswer, RecordingState } from '../../protocol/messages';
import { text } from '../../text/text';
import { Button } from '../button/view';
import './style.css';

function withReason(state: string, reason: RecordingState['reason']): string {
  if (reason === 'none') return state;
  return text.recording.withReason({ state, reason: text.recording.reasons[reason] });
}

export function recordingWords(recording: RecordingState): string {
  const words = text.recording;
  switch (recording.state) {
    case 'recording':
      return words.on;
    case 'paused':
      return withReason(words.paused, recording.reason);
    case 'stopped':
      return withReason(words.stopped, recording.reason);
    case 'asking':
      return words.asking;
    case 'off':
      return words.off;
  }
}

export function RecordingWords({ recording }: { recording: RecordingState }) {
  const sign = recording.state === 'recording' ? 'rec' : recording.state === 'paused' ? 'rec paused' : 'quiet';
  return (
    <p class={sign} data-recording={recording.state} aria-live="polite">
      {recordingWords(recording)}
    </p>
  );
}

interface RecordingSignProps {
  recording: RecordingState;
  consent: ConsentAnswer;
  mayStop: boolean;
  onStop: () => void;
  onWithdraw: () => void;
}

export function RecordingSign({ recording, consent, mayStop, onStop, onWithdraw }: RecordingSignProps) {
  const running = recording.state === 'recording' || recording.state === 'paused';
  return (
    <div class="row recording-sign">
      <RecordingWords recording={recording} />
      {running && mayStop && (
        <Button kind="plain" onClick={onStop}>
          {text.recording.stop}
        </Button>
      )}
      {running && !mayStop && consent === 'given' && (
        <Button kind="plain" onClick={onWithdraw}>
          {text.recording.withdraw}
        </Button>
      )}
    </div>
  );
}
