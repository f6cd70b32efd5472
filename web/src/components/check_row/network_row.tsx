// How well this device reaches the gateway: a bar while it is tried, then one sentence; figures only for who asks.

import { wayNames } from '../../call/network_trial';
import type { NetworkProgress } from '../../call/network_trial';
import type { KeptCheck, NetworkOutcome, Outcome, Reason } from '../../protocol/device_check_api';
import { text, wordFor } from '../../text/text';
import { Button } from '../button/view';
import { CheckRow } from './view';

interface NetworkRowProps {
  progress: NetworkProgress | null;
  /** As measured; null while it is tried. */
  outcome: NetworkOutcome | null;
  /** As the gateway judged it; null: not told yet, or it cannot be. */
  judged: KeptCheck['network'] | null;
  onAgain: () => void;
}

export function NetworkRow({ progress, outcome, judged, onAgain }: NetworkRowProps) {
  const words = text.check.network;
  if (!outcome) {
    const percent = Math.round(100 * (progress?.share ?? 0));
    return (
      <CheckRow verdict="untried" title={words.trying}>
        <p class="quiet">{words.tryingText}</p>
        <progress class="check-progress" max={100} value={percent} aria-label={words.trying} />
      </CheckRow>
    );
  }
  const found: Outcome = judged ?? outcome;
  const { title, sentence } = networkWords(found);
  return (
    <CheckRow verdict={found.verdict} title={title}>
      <p class="quiet" role="status" data-network={found.verdict} data-path={outcome.path}>
        {sentence}
      </p>
      {outcome.path !== 'none' && <Figures outcome={outcome} />}
      {found.verdict !== 'good' && (
        <p class="row">
          <Button icon="again" onClick={onAgain}>
            {words.again}
          </Button>
        </p>
      )}
    </CheckRow>
  );
}

/** In words for who sits there. */
export function networkWords({ verdict, reason = 'none' }: Outcome): { title: string; sentence: string } {
  const words = text.check.network;
  const sentence = (of: Reason) => wordFor(words.reasons, of) ?? words.reasons.none;
  if (verdict === 'good') return { title: words.good, sentence: words.goodText };
  if (verdict === 'fair') return { title: words.fair, sentence: sentence(reason) };
  if (verdict === 'problem') return { title: reason === 'blocked' ? words.blocked : words.weak, sentence: sentence(reason) };
  return { title: words.untried, sentence: reason === 'busy' ? words.busyText : words.untriedText };
}

function Figures({ outcome }: { outcome: NetworkOutcome }) {
  const words = text.check.network;
  const rate = (kbps: number | undefined) => (kbps === undefined ? words.unknown : words.rate({ mbit: (kbps / 1000).toLocaleString(text.locale, { maximumFractionDigits: 1 }) }));
  const ms = (value: number | undefined) => (value === undefined ? words.unknown : words.ms({ ms: String(value) }));
  const rows: [string, string][] = [
    [words.up, rate(outcome.up_kbps)],
    [words.down, rate(outcome.down_kbps)],
    [words.delay, ms(outcome.rtt_ms)],
    [words.jitter, ms(outcome.jitter_ms)],
    [words.loss, outcome.loss_permille === undefined ? words.unknown : `${(outcome.loss_permille / 10).toLocaleString(text.locale, { maximumFractionDigits: 1 })} %`],
    ...wayNames.map((way): [string, string] => [words.ways[way], words.way[outcome[way]]]),
  ];
  return (
    <details>
      <summary>{words.figures}</summary>
      <dl class="figures">
        {rows.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </details>
  );
}
