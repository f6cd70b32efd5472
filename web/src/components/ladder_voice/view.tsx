// For the ear: each step of a picture once, politely; "it is back" only after it held.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Steps } from '../../call/ladder';
import type { Participant, PictureStep } from '../../protocol/messages';
import { shortName } from '../../text/names';
import { text } from '../../text/text';

interface LadderVoiceProps {
  /** Steady already: every change is said. */
  steps: Steps;
  people: readonly Participant[];
  supportPhone: string;
}

/** A smaller picture is still one: nothing to say about it. */
const spoken = (step: PictureStep | undefined): PictureStep => (step === undefined || step === 'small' ? 'full' : step);

export function stepSentences(before: Steps, now: Steps, people: readonly Participant[], supportPhone: string): string[] {
  return people
    .filter(({ id }) => spoken(before[id]) !== spoken(now[id]))
    .map(({ id, name }) => {
      const step = spoken(now[id]);
      const words = text.ladder.said;
      if (step === 'sound_lost' && supportPhone) return words.sound_lost_call({ name: shortName(name), phone: supportPhone });
      return words[step as Exclude<PictureStep, 'small'>]({ name: shortName(name) });
    });
}

export function LadderVoice({ steps, people, supportPhone }: LadderVoiceProps) {
  const last = useRef<Steps>({});
  const [said, setSaid] = useState('');
  useEffect(() => {
    const sentences = stepSentences(last.current, steps, people, supportPhone);
    last.current = steps;
    if (sentences.length > 0) setSaid(sentences.join(' '));
  }, [steps]);
  return (
    <p class="vh" aria-live="polite" data-ladder-voice>
      {said}
    </p>
  );
}
