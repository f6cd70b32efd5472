// At the door: what came of the device check of whoever waits, in one line. It is looked up when they come, and again a
// little later, since people wait while they try.

import { useEffect, useState } from 'preact/hooks';
import { readChecks } from '../../protocol/device_check_api';
import type { CheckRow } from '../../protocol/device_check_api';
import { text, wordFor } from '../../text/text';
import { Icon } from '../icon/view';
import './style.css';

const AGAIN_MS = 15_000;

export function useChecks(visit: string, anybodyWaits: boolean): readonly CheckRow[] {
  const [checks, setChecks] = useState<readonly CheckRow[]>([]);
  useEffect(() => {
    if (!anybodyWaits) return undefined;
    let gone = false;
    const look = () =>
      void readChecks(visit)
        .then(({ device_checks }) => !gone && setChecks(device_checks))
        .catch(() => undefined);
    look();
    const timer = setInterval(look, AGAIN_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [visit, anybodyWaits]);
  return checks;
}

export function lineOf({ worst }: Pick<CheckRow, 'worst'>): string {
  const words = text.check.atDoor;
  if (worst.verdict === 'good' || worst.verdict === 'untried') return words.good;
  const reason = wordFor(words.reasons, worst.reason) ?? '';
  return words.line({ verdict: words[worst.verdict], item: reason ? worst.item : 'none', what: words.items[worst.item], reason });
}

export function CheckAtDoor({ check }: { check: CheckRow | undefined }) {
  const bad = check?.worst.verdict === 'problem';
  return (
    <p class="quiet check-line" data-check={check?.worst.verdict ?? 'never'}>
      <Icon name={bad ? 'warning' : check ? 'tick' : 'info'} tone={bad ? 'look' : undefined} />
      <span>{check ? lineOf(check) : text.check.atDoor.never}</span>
    </p>
  );
}
