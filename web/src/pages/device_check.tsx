// "Can you see yourself?" One getUserMedia call for both; each thing is tried and said in words. What was found is kept by
// the gateway for whoever helps, and held against the last time. Where the devices are refused, the page says how to allow
// them (device_problem_page).

import { useEffect, useRef, useState } from 'preact/hooks';
import { browserFacts, fitnessOf } from '../call/browser_fitness';
import { cameraOutcome, networkUntried, reportOf, speakerOutcome } from '../call/check_report';
import type { CheckFindings } from '../call/check_report';
import type { Devices, DeviceState } from '../call/devices';
import { isAppleTablet, platformOf } from '../call/platform';
import { Button, LinkButton } from '../components/button/view';
import { BellRow } from '../components/check_row/bell_row';
import { NetworkRow } from '../components/check_row/network_row';
import { VoiceRow } from '../components/check_row/voice_row';
import { CheckRow } from '../components/check_row/view';
import { Note } from '../components/note/view';
import { PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import type { Clinic } from '../components/page_frame/view';
import { telephoneHref } from '../components/page_frame/telephone';
import { SelfView } from '../components/self_view/view';
import { StepLine } from '../components/step_line/view';
import { deviceCheckApi } from '../protocol/device_check_api';
import type { CheckReport, KeptCheck, NetworkOutcome } from '../protocol/device_check_api';
import { tellStep } from '../protocol/seat_step';
import type { SeatProblem } from '../protocol/seat_step';
import { text } from '../text/text';
import { DeviceChoice } from './device_choice';
import { DeviceProblemPage } from './device_problem_page';
import { useIsDark } from './picture_light';
import { useNetworkTrial } from './use_network_trial';
import './device_check.css';

export interface DeviceCheckPageProps {
  devices: Devices;
  clinic: Clinic | null;
  /** Staff know themselves: the short form. */
  staff: boolean;
  steps: { now: number; of: number } | null;
  /** Long before the visit, or at its door. */
  moment?: CheckReport['moment'];
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

/** A page may listen to a microphone but on iPad and iPhone, where that can break the capture itself. */
const isMeasurable = () => !isAppleTablet(platformOf(navigator));

export function DeviceCheckPage(props: DeviceCheckPageProps) {
  const { devices, clinic, staff, steps, moment = 'door', onReady } = props;
  const state = useDevices(devices);
  useEffect(() => {
    if (devices.state.name === 'idle') void devices.acquire();
  }, []);
  useEffect(() => tellDevices(state), [state.name, state.problem]);
  useDocument(text.check.pageTitle, 'patient');

  const [voiceHeard, setVoiceHeard] = useState(false);
  const [bellHeard, setBellHeard] = useState<boolean | null>(null);
  const [kept, setKept] = useState<KeptCheck | null>(null);
  /** What `kept` says the verdict of; the one of an earlier try is not that of a new one. */
  const [judged, setJudged] = useState<NetworkOutcome | null>(null);
  const dark = useIsDark(state.videoTrack);
  useEffect(() => setVoiceHeard(false), [state.audioTrack]);

  const findings = useRef<CheckFindings>({ voiceHeard, bellHeard, dark, network: networkUntried });
  findings.current = { ...findings.current, voiceHeard, bellHeard, dark };
  const report = async () => {
    const found = await reportOf(moment, devices.state, findings.current, isMeasurable());
    return deviceCheckApi.record(found).catch(() => null);
  };
  const network = useNetworkTrial(state.name === 'ready', (outcome) => {
    findings.current.network = outcome;
    void report().then((found) => {
      setKept(found);
      setJudged(outcome);
    });
  });

  // Refused devices are told too: whoever helps sees why.
  useEffect(() => {
    if (state.name === 'failed') void report();
  }, [state.name, state.problem]);

  if (state.name === 'failed' && state.problem) {
    return <DeviceProblemPage devices={devices} state={state} clinic={clinic} steps={steps} />;
  }
  const goOn = () => {
    void report();
    tellOutcome(state, findings.current, kept);
    onReady();
  };
  return (
    <PageFrame page="device-check" clinic={clinic} wide>
      {steps && <StepLine {...steps} what={text.check.step} />}
      <PageHeading>{headline(state)}</PageHeading>
      {kept && kept.change !== 'none' && (
        <Note>
          <p role="status" data-change={kept.change}>
            {text.check.change[kept.change]}
          </p>
        </Note>
      )}
      <div class="check">
        <div class="stack">
          <SelfView track={state.videoTrack} words={pictureWords(state)} />
          <DeviceChoice devices={devices} state={state} />
        </div>
        <ul class="check-list list">
          <PictureRow state={state} dark={dark} />
          {state.audioTrack && (
            <VoiceRow track={state.audioTrack} measurable={isMeasurable()} sampled={!staff} heard={voiceHeard} onHeard={() => setVoiceHeard(true)} />
          )}
          <BellRow heard={bellHeard} onAnswer={setBellHeard} />
          {state.name === 'ready' && (
            <NetworkRow progress={network.progress} outcome={network.outcome} judged={network.outcome === judged ? (kept?.network ?? null) : null} onAgain={network.again} />
          )}
          <BrowserRow />
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
  else if (state.problem === 'blocked' || state.problem === 'blocked_by_system') {
    tellStep('permission_denied', { problems: state.denied === 'both' ? ['camera', 'microphone'] : [state.denied] });
  } else tellStep('checked_with_problems', { problems: ['camera', 'microphone'] });
}

function tellOutcome(state: DeviceState, found: CheckFindings, kept: KeptCheck | null): void {
  const problems: SeatProblem[] = [];
  if (cameraOutcome(state, found.dark).verdict === 'problem') problems.push('camera');
  if (!state.audioTrack || state.microphoneInterrupted) problems.push('microphone');
  if (speakerOutcome(found.bellHeard).verdict === 'problem') problems.push('speaker');
  if (kept?.network.verdict === 'problem') problems.push('network');
  if (fitnessOf(browserFacts()).verdict === 'problem') problems.push('browser');
  if (problems.length > 0) tellStep('checked_with_problems', { problems });
  else tellStep('checked');
}

function headline(state: DeviceState): string {
  if (state.name !== 'ready') return text.check.titleAsking;
  return state.videoTrack ? text.check.title : text.check.titleNoCamera;
}

function pictureWords(state: DeviceState): string | undefined {
  if (state.videoTrack) return undefined;
  return state.name === 'ready' ? text.check.noCamera : text.check.asking;
}

function PictureRow({ state, dark }: { state: DeviceState; dark: boolean }) {
  const words = text.check;
  if (state.name !== 'ready') return <CheckRow verdict="untried" title={words.starting} />;
  const { verdict } = cameraOutcome(state, dark);
  const [title, sentence] = !state.videoTrack
    ? [words.pictureNone, words.pictureNoneText]
    : dark
      ? [words.pictureDark, words.pictureDarkText]
      : [words.pictureGood, words.pictureGoodText];
  return (
    <CheckRow verdict={verdict} title={title}>
      <p class="quiet">{sentence}</p>
    </CheckRow>
  );
}

/** Only where there is something to say. */
function BrowserRow() {
  const { verdict, reason } = fitnessOf(browserFacts());
  if (verdict === 'good') return null;
  return (
    <CheckRow verdict={verdict} title={text.check.browserFair}>
      <p class="quiet">{reason === 'inside_app' ? text.check.browserInsideApp : text.check.browserOld}</p>
    </CheckRow>
  );
}
