// What is in view at every size of the desk: the state in one sentence, help at once, and the hand on one's own sound and
// picture.

import { Button } from '../components/button/view';
import { EmergencyButton } from '../components/emergency/view';
import { StateLine } from '../components/state_line/view';
import { text } from '../text/text';
import type { SeatPageProps } from './seat_pages';
import { somebodySpeaks } from './state_sentence';

interface DeskFootProps extends SeatPageProps {
  sentence: string;
  inviting: boolean;
  onInvite: () => void;
}

export function DeskFoot({ session, snapshot, visit, sentence, inviting, onInvite }: DeskFootProps) {
  const { audioMuted, videoMuted, videoTrack } = snapshot.devices;
  return (
    <footer class="d-foot">
      <StateLine sentence={sentence} speaking={somebodySpeaks(snapshot)}>
        {visit.permissions.includes('emergency') && <EmergencyButton on={visit.emergency !== null} onStep={session.emergency} />}
      </StateLine>
      <div class="ctl" data-controls role="group" aria-label={text.visit.controls}>
        <Button icon={audioMuted ? 'microphoneOff' : 'microphone'} on={audioMuted} onClick={() => session.setMuted(!audioMuted, videoMuted)}>
          {audioMuted ? text.desk.unmute : text.desk.mute}
        </Button>
        <Button
          icon={videoMuted || !videoTrack ? 'cameraOff' : 'camera'}
          on={videoMuted}
          disabled={!videoTrack}
          onClick={() => session.setMuted(audioMuted, !videoMuted)}
        >
          {videoMuted ? text.desk.show : text.desk.hide}
        </Button>
        {visit.permissions.includes('invite') && (
          <Button icon="people" on={inviting} onClick={onInvite}>
            {text.invite.button}
          </Button>
        )}
        <Button kind="end" icon="leave" onClick={() => void session.leave()}>
          {text.desk.leave}
        </Button>
      </div>
    </footer>
  );
}
