// The camera or the microphone was refused, or did not start: what happened, how to put it right on this device, and three
// ways on. Where the browser says that it was allowed meanwhile, the page goes on by itself.

import { useEffect, useState } from 'preact/hooks';
import { whenAllowed } from '../call/devices';
import type { Devices, DeviceState } from '../call/devices';
import { isInsideAnotherApp } from '../call/platform';
import { Button } from '../components/button/view';
import { Guides } from '../components/device_problem/guides';
import { wordsForThisBrowser } from '../components/device_problem/view';
import { CallUs } from '../components/page_frame/call_us';
import { PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import type { Clinic } from '../components/page_frame/view';
import { StepLine } from '../components/step_line/view';
import { text } from '../text/text';
import './device_check.css';

interface DeviceProblemPageProps {
  devices: Devices;
  state: DeviceState;
  clinic: Clinic | null;
  steps: { now: number; of: number } | null;
}

export function DeviceProblemPage({ devices, state, clinic, steps }: DeviceProblemPageProps) {
  const [tries, setTries] = useState(0);
  const problem = state.problem ?? 'unknown';
  const { title, lede, guide } = wordsForThisBrowser(problem, state.denied);
  useDocument(title);
  useEffect(() => whenAllowed(() => void devices.tryAgain()), [devices]);
  const tryAgain = () => {
    setTries(tries + 1);
    void devices.tryAgain();
  };
  return (
    <PageFrame page="device-problem" clinic={clinic}>
      {steps && <StepLine {...steps} what={text.check.step} />}
      <PageHeading>{title}</PageHeading>
      <p class="lede" role="alert">
        {lede}
      </p>
      {guide && <Guides key={guide} first={guide} />}
      {isInsideAnotherApp(navigator) && <CopyLink />}
      <div class="acts">
        <Button kind="go" big wide icon="again" onClick={tryAgain}>
          {text.check.tryAgain}
        </Button>
        {clinic?.supportPhone && <CallUs phone={clinic.supportPhone} />}
        {problem !== 'not_supported' && state.denied !== 'microphone' && (
          <Button kind="plain" onClick={() => void devices.useSoundOnly()}>
            {text.check.soundOnly}
          </Button>
        )}
        {/* Some browsers forget a refusal only with the page; the seat is kept. */}
        {tries > 0 && (
          <Button kind="plain" onClick={() => location.reload()}>
            {text.check.reload}
          </Button>
        )}
      </div>
    </PageFrame>
  );
}

/** The person's own link, to be opened in a browser. */
function CopyLink() {
  const [copied, setCopied] = useState(false);
  if (!navigator.clipboard) return null;
  const copy = () =>
    void navigator.clipboard
      .writeText(location.href)
      .then(() => setCopied(true))
      .catch(() => undefined);
  return (
    <>
      <p class="row">
        <Button icon="paper" onClick={copy}>
          {text.check.copyLink}
        </Button>
      </p>
      <p class="quiet" role="status">
        {copied ? text.check.linkCopied : ''}
      </p>
    </>
  );
}
