// The physician's hand on the recording: the state in words, the time, and what may be done now.

import { useEffect, useState } from 'preact/hooks';
import type { RecordingState, RequestRecording } from '../../protocol/messages';
import { duration } from '../../text/times';
import { list, text } from '../../text/text';
import { Button } from '../button/view';
import { RecordingWords } from '../recording_sign/view';
import './style.css';

type Action = RequestRecording['action'];

interface RecordingControlProps {
  recording: RecordingState;
  mayStart: boolean;
  mayStop: boolean;
  /** The names of those whose answer is missing. */
  waitingFor: readonly string[];
  onAction: (action: Action) => Promise<void>;
}

const actions: Record<RecordingState['state'], Action[]> = {
  off: ['start'],
  asking: ['stop'],
  recording: ['pause', 'stop'],
  paused: ['resume', 'stop'],
  stopped: ['start'],
};

export function RecordingControl({ recording, mayStart, mayStop, waitingFor, onAction }: RecordingControlProps) {
  const [busy, setBusy] = useState<Action | null>(null);
  const [failed, setFailed] = useState('');
  const act = (action: Action) => {
    setBusy(action);
    setFailed('');
    onAction(action)
      .catch((error: Error) => setFailed(error.name === 'RequestRefused' ? error.message : text.door.failed))
      .finally(() => setBusy(null));
  };
  const allowed = actions[recording.state].filter((action) => (action === 'stop' ? mayStop : mayStart));
  const waits = waitingFor.length > 0 && (recording.state === 'asking' || recording.state === 'paused');
  return (
    <div class="recording-control" role="group" aria-label={text.recording.group}>
      <div>
        <RecordingWords recording={recording} />
        {waits && <p class="quiet small">{text.recording.waitingFor({ names: list(waitingFor) })}</p>}
        {failed && (
          <p class="wrong small" role="alert">
            {failed}
          </p>
        )}
      </div>
      {recording.recorded_ms + (recording.state === 'recording' ? 1 : 0) > 0 && <Recorded recording={recording} />}
      {allowed.map((action) => (
        <Button key={action} kind={action === 'stop' ? 'end' : undefined} busy={busy === action} onClick={() => act(action)}>
          {word(action, recording.state)}
        </Button>
      ))}
    </div>
  );
}

function word(action: Action, state: RecordingState['state']): string {
  const words = text.recording;
  if (action === 'start') return state === 'stopped' ? words.startAgain : words.start;
  return words[action];
}

function Recorded({ recording }: { recording: RecordingState }) {
  const running = recording.state === 'recording';
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!running) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running, recording.since]);
  const total = recording.recorded_ms + (running ? Math.max(0, now - recording.since) : 0);
  return (
    <p class="nums" aria-label={text.recording.recorded({ time: duration(total) })}>
      {duration(total)}
    </p>
  );
}
