// Three big buttons that name what they do.

import { text } from '../../text/text';
import { Button } from '../button/view';
import './style.css';

export interface CallControlsProps {
  audioMuted: boolean;
  videoMuted: boolean;
  hasCamera: boolean;
  onMute: () => void;
  onHide: () => void;
  onLeave: () => void;
}

export function CallControls({ audioMuted, videoMuted, hasCamera, onMute, onHide, onLeave }: CallControlsProps) {
  const words = text.visit;
  return (
    <div class="three" data-controls role="group" aria-label={words.controls}>
      <Button icon={audioMuted ? 'microphoneOff' : 'microphone'} on={audioMuted} onClick={onMute}>
        {audioMuted ? words.unmute : words.mute}
      </Button>
      <Button
        icon={videoMuted || !hasCamera ? 'cameraOff' : 'camera'}
        on={videoMuted}
        disabled={!hasCamera}
        describedBy={hasCamera ? undefined : 'no-camera'}
        onClick={onHide}
      >
        {videoMuted ? words.show : words.hide}
        {!hasCamera && (
          <small id="no-camera" class="vh">
            {words.noCameraReason}
          </small>
        )}
      </Button>
      <Button kind="end" icon="leave" onClick={onLeave}>
        {words.leave}
      </Button>
    </div>
  );
}
