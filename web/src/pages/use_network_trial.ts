// The test of the network as a page shows it: it begins by itself a moment after the devices are there, so that nobody who
// only passes through starts one, and it ends with the page.

import { useEffect, useRef, useState } from 'preact/hooks';
import { NetworkTrial } from '../call/network_trial';
import type { NetworkProgress } from '../call/network_trial';
import { deviceCheckApi } from '../protocol/device_check_api';
import type { NetworkOutcome } from '../protocol/device_check_api';
import { noisePicture } from './noise_picture';

const BEGIN_AFTER_MS = 1500;

export interface ShownTrial {
  /** null: not begun */
  progress: NetworkProgress | null;
  /** null: not at its end */
  outcome: NetworkOutcome | null;
  again: () => void;
}

export function useNetworkTrial(mayBegin: boolean, onEnd: (outcome: NetworkOutcome) => void): ShownTrial {
  const [progress, setProgress] = useState<NetworkProgress | null>(null);
  const [outcome, setOutcome] = useState<NetworkOutcome | null>(null);
  const [attempt, setAttempt] = useState(0);
  const ended = useRef(onEnd);
  ended.current = onEnd;
  useEffect(() => {
    if (!mayBegin) return undefined;
    let gone = false;
    const test = new NetworkTrial({ api: deviceCheckApi, picture: noisePicture, onProgress: setProgress });
    const timer = setTimeout(
      () => {
        setProgress({ share: 0, ways: { udp: 'untried', tcp: 'untried', relay: 'untried' } });
        void test.run().then((found) => {
          if (gone) return;
          setOutcome(found);
          ended.current(found);
        });
      },
      attempt === 0 ? BEGIN_AFTER_MS : 0,
    );
    return () => {
      gone = true;
      clearTimeout(timer);
      test.stop();
    };
  }, [mayBegin, attempt]);
  const again = () => {
    setOutcome(null);
    setProgress(null);
    setAttempt((count) => count + 1);
  };
  return { progress, outcome, again };
}
