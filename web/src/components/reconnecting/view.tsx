// Something broke: one sentence, one button, the seat is kept. The letter beside it stays readable.

import { useEffect, useState } from 'preact/hooks';
import { text } from '../../text/text';
import { Button } from '../button/view';
import { Icon } from '../icon/view';
import { Telephone } from '../page_frame/telephone';
import './style.css';

interface ReconnectingProps {
  since: number;
  supportPhone: string;
  onTryNow: () => void;
}

export function Reconnecting({ since, supportPhone, onTryNow }: ReconnectingProps) {
  const seconds = useSecondsSince(since);
  return (
    <div class="broke" data-reconnecting>
      <span class="sign">
        <Icon name="waves" />
      </span>
      <h2>{text.broke.title}</h2>
      {/* Counted for the eye; the state line says it once for the ear. */}
      <p>{text.broke.trying({ seconds })}</p>
      <Button kind="go" big icon="again" onClick={onTryNow}>
        {text.broke.now}
      </Button>
      <p class="seat">
        <Icon name="lock" />
        {supportPhone ? (
          <span>
            {text.broke.seatCall} <Telephone number={supportPhone} />.
          </span>
        ) : (
          <span>{text.broke.seat}</span>
        )}
      </p>
    </div>
  );
}

function useSecondsSince(since: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(1, Math.round((now - since) / 1000));
}
