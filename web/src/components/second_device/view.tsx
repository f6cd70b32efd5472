// Somebody opened a link on another device: let it in?

import { useState } from 'preact/hooks';
import type { EventSecondDevice } from '../../protocol/messages';
import { text } from '../../text/text';
import { Button } from '../button/view';
import '../door/style.css';

interface SecondDeviceProps {
  asked: Omit<EventSecondDevice, 'type'>;
  /** Whose link it is; null when it is one's own. */
  name: string | null;
  onAnswer: (request: string, allow: boolean) => Promise<void>;
}

export function SecondDevice({ asked, name, onAnswer }: SecondDeviceProps) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const answer = (allow: boolean) => {
    setBusy(true);
    setFailed(false);
    onAnswer(asked.request, allow)
      .catch(() => setFailed(true))
      .finally(() => setBusy(false));
  };
  const title = `device-${asked.request}`;
  return (
    <section class="door hot second-device" aria-labelledby={title} aria-live="polite" data-second-device={asked.request}>
      <h2 id={title}>{name === null ? text.device.titleYou({ device: asked.device }) : text.device.title({ name, device: asked.device })}</h2>
      <p>{text.device.text}</p>
      <div class="door-acts">
        <Button disabled={busy} onClick={() => answer(true)}>
          {text.device.yes}
        </Button>
        <Button disabled={busy} onClick={() => answer(false)}>
          {text.device.no}
        </Button>
      </div>
      {failed && (
        <p class="wrong" role="alert">
          {text.door.failed}
        </p>
      )}
    </section>
  );
}
