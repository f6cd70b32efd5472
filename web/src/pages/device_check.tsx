// "Can you see yourself?" One getUserMedia call for both; plain words and steps when it is refused.

import { useEffect, useState } from 'preact/hooks';
import type { Devices, DeviceState } from '../call/devices';
import { isAppleTablet, platformOf } from '../call/platform';
import { Button, LinkButton } from '../components/button/view';
import { PermissionSteps, wordsForThisBrowser } from '../components/device_problem/view';
import { Icon } from '../components/icon/view';
import { LevelMeter } from '../components/level_meter/view';
import { PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import type { Clinic } from '../components/page_frame/view';
import { telephoneHref } from '../components/page_frame/telephone';
import { SelfView } from '../components/self_view/view';
import { StepLine } from '../components/step_line/view';
import { tellStep } from '../protocol/seat_step';
import type { SeatProblem } from '../protocol/seat_step';
import { text } from '../text/text';
import bell from './bell.wav';
import './device_check.css';

interface DeviceCheckPageProps {
  devices: Devices;
  clinic: Clinic | null;
  staff: boolean;
  steps: { now: number; of: number } | null;
  onReady: () => void;
}

export function useDevices(devices: Devices): DeviceState {
  const [state, setState] = useState(devices.state);
  useEffect(() => {
    setState(devices.state);
    return devices.subscribe(() => setState(devices.state));
  }, [devices]);
  return state;
}

export function DeviceCheckPage({ devices, clinic, staff, steps, onReady }: DeviceCheckPageProps) {
  const state = useDevices(devices);
  useEffect(() => {
    if (devices.state.name === 'idle') void devices.acquire();
  }, []);
  useEffect(() => tellDevices(state), [state.name, state.problem]);
  useDocument(text.check.pageTitle, 'patient');
  if (state.name === 'failed' && state.problem) {
    return <ProblemPage devices={devices} state={state} clinic={clinic} steps={steps} />;
  }
  const goOn = () => {
    if (state.videoTrack) tellStep('checked');
    else tellStep('checked_with_problems', { problems: ['camera'] });
    onReady();
  };
  return (
    <PageFrame page="device-check" clinic={clinic} wide>
      {steps && <StepLine {...steps} what={text.check.step} />}
      <PageHeading>{headline(state)}</PageHeading>
      <div class="check">
        <div class="stack">
          <SelfView track={state.videoTrack} words={pictureWords(state)} />
          <DeviceChoice devices={devices} state={state} />
        </div>
        <ul class="check-list list">
          <PictureRow state={state} />
          {state.audioTrack && <VoiceRow track={state.audioTrack} />}
          <BellRow />
        </ul>
        <div class="acts go-on">
          <Button kind="go" big busy={state.name !== 'ready'} onClick={goOn}>
            {state.name !== 'ready' ? text.check.starting : state.videoTrack ? text.check.ready : text.check.readySound}
          </Button>
          {!staff && clinic?.supportPhone && (
            <LinkButton kind="plain" href={telephoneHref(clinic.supportPhone)}>
              {text.check.call}
            </LinkButton>
          )}
        </div>
      </div>
    </PageFrame>
  );
}

/** For whoever helps from afar. */
function tellDevices(state: DeviceState): void {
  if (state.name === 'asking') tellStep('permission_asked');
  if (state.name !== 'failed' || !state.problem) return;
  if (state.problem === 'not_supported') tellStep('checked_with_problems', { problems: ['browser'] });
  else if (state.problem === 'blocked' || state.problem === 'blocked_by_system') void tellDenied();
  else tellStep('checked_with_problems', { problems: ['camera', 'microphone'] });
}

/** One question asks for both: which was refused, where the browser says so. */
async function tellDenied(): Promise<void> {
  const isDenied = async (name: string) =>
    (await navigator.permissions?.query({ name: name as PermissionName }).catch(() => null))?.state === 'denied';
  const camera = await isDenied('camera');
  const microphone = await isDenied('microphone');
  const known = camera || microphone;
  const problems: SeatProblem[] = [];
  if (camera || !known) problems.push('camera');
  if (microphone || !known) problems.push('microphone');
  tellStep('permission_denied', { problems });
}

function headline(state: DeviceState): string {
  if (state.name !== 'ready') return text.check.titleAsking;
  return state.videoTrack ? text.check.title : text.check.titleNoCamera;
}

function pictureWords(state: DeviceState): string | undefined {
  if (state.videoTrack) return undefined;
  return state.name === 'ready' ? text.check.noCamera : text.check.asking;
}

function Row({ done, title, children }: { done: boolean; title: string; children?: preact.ComponentChildren }) {
  return (
    <li>
      <span class={done ? 'tickbox done' : 'tickbox'} aria-hidden="true">
        {done && <Icon name="tick" />}
      </span>
      <h2>{title}</h2>
      <div class="body">{children}</div>
    </li>
  );
}

function PictureRow({ state }: { state: DeviceState }) {
  if (state.name !== 'ready') return <Row done={false} title={text.check.starting} />;
  return state.videoTrack ? (
    <Row done title={text.check.pictureGood}>
      <p class="quiet">{text.check.pictureGoodText}</p>
    </Row>
  ) : (
    <Row done={false} title={text.check.pictureNone}>
      <p class="quiet">{text.check.pictureNoneText}</p>
    </Row>
  );
}

function VoiceRow({ track }: { track: MediaStreamTrack }) {
  const [heard, setHeard] = useState(false);
  const apple = isAppleTablet(platformOf(navigator));
  return (
    <Row done={heard || apple} title={heard ? text.check.voiceHeard : text.check.voice}>
      {apple ? (
        <p class="quiet">{text.check.voiceOn}</p>
      ) : (
        <>
          <p class="quiet">{text.check.voiceSay}</p>
          <LevelMeter track={track} onHeard={() => setHeard(true)} />
        </>
      )}
      <p class="vh" aria-live="polite">
        {heard ? text.check.voiceHeard : ''}
      </p>
    </Row>
  );
}

function BellRow() {
  const [state, setState] = useState<'new' | 'played' | 'heard'>('new');
  const play = () => {
    setState('played');
    void new Audio(bell).play().catch(() => undefined);
  };
  return (
    <Row done={state === 'heard'} title={state === 'heard' ? text.check.bellHeard : text.check.bell}>
      <p class="row">
        <Button icon="speaker" onClick={play}>
          {text.check.bellPlay}
        </Button>
        {state === 'played' && (
          <Button icon="tick" onClick={() => setState('heard')}>
            {text.check.bellYes}
          </Button>
        )}
      </p>
      {state === 'played' && <p class="quiet">{text.check.bellHint}</p>}
    </Row>
  );
}

function DeviceChoice({ devices, state }: { devices: Devices; state: DeviceState }) {
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

function ProblemPage(props: { devices: Devices; state: DeviceState; clinic: Clinic | null; steps: DeviceCheckPageProps['steps'] }) {
  const { devices, state, clinic, steps } = props;
  const words = wordsForThisBrowser(state.problem ?? 'unknown');
  useDocument(words.title);
  return (
    <PageFrame page="device-problem" clinic={clinic}>
      {steps && <StepLine {...steps} what={text.check.step} />}
      <PageHeading>{words.title}</PageHeading>
      <p class="lede" role="alert">
        {words.lede}
      </p>
      {words.steps && <PermissionSteps steps={words.steps} />}
      <div class="acts">
        <Button kind="go" big wide icon="again" onClick={() => void devices.tryAgain()}>
          {text.check.tryAgain}
        </Button>
        {clinic?.supportPhone && (
          <LinkButton big wide icon="phone" href={telephoneHref(clinic.supportPhone)}>
            {text.frame.callUs({ phone: clinic.supportPhone })}
          </LinkButton>
        )}
        {state.problem !== 'not_supported' && (
          <Button kind="plain" onClick={() => void devices.useSoundOnly()}>
            {text.check.soundOnly}
          </Button>
        )}
      </div>
    </PageFrame>
  );
}
