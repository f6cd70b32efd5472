// Another camera or microphone: a list on a computer, one button on a tablet or phone.

import type { Devices, DeviceState } from '../call/devices';
import { isAppleTablet, platformOf } from '../call/platform';
import { Button } from '../components/button/view';
import { text } from '../text/text';

export function DeviceChoice({ devices, state }: { devices: Devices; state: DeviceState }) {
  const touch = isAppleTablet(platformOf(navigator)) || platformOf(navigator) === 'android';
  if (touch) return <OtherCamera devices={devices} state={state} />;
  return (
    <div class="device-choice">
      <Choice
        id="camera-choice"
        label={text.check.cameraChoice}
        list={state.cameras}
        track={state.videoTrack}
        onChoose={(camera) => void devices.choose({ camera })}
      />
      <Choice
        id="microphone-choice"
        label={text.check.microphoneChoice}
        list={state.microphones}
        track={state.audioTrack}
        onChoose={(microphone) => void devices.choose({ microphone })}
      />
    </div>
  );
}

/** Tablets and phones have a front and a back camera: one button says it better than a list. */
function OtherCamera({ devices, state }: { devices: Devices; state: DeviceState }) {
  const now = state.videoTrack?.getSettings().deviceId;
  const other = state.cameras.find((camera) => camera.deviceId !== now);
  if (!other || !state.videoTrack) return null;
  return (
    <p class="row">
      <Button icon="again" onClick={() => void devices.choose({ camera: other.deviceId })}>
        {text.check.otherCamera}
      </Button>
    </p>
  );
}

interface ChoiceProps {
  id: string;
  label: string;
  list: MediaDeviceInfo[];
  track: MediaStreamTrack | null;
  onChoose: (deviceId: string) => void;
}

function Choice({ id, label, list, track, onChoose }: ChoiceProps) {
  if (list.length < 2) return null;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        class="input"
        value={track?.getSettings().deviceId ?? ''}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {list.map((device, index) => (
          <option key={device.deviceId} value={device.deviceId}>
            {device.label || `${label} ${index + 1}`}
          </option>
        ))}
      </select>
    </div>
  );
}
