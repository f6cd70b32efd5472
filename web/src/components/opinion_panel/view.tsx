// The written opinion beside the video: one part at a time, in the voice of a letter.

import { useEffect, useRef } from 'preact/hooks';
import type { Section } from '../../protocol/http_api';
import { text } from '../../text/text';
import { Button } from '../button/view';
import type { OpinionState } from './use_opinion';
import './style.css';

interface LetterProps {
  state: OpinionState;
  part: number;
  onPart: (part: number) => void;
}

export function Letter({ state, part, onPart }: LetterProps) {
  const { opinion, failed, again } = state;
  if (failed) {
    return (
      <div class="letter-state" role="status">
        <p>{text.panel.failed}</p>
        <Button icon="again" onClick={again}>
          {text.panel.again}
        </Button>
      </div>
    );
  }
  const section = opinion?.sections[part];
  if (!opinion || !section) return <p class="letter-state quiet">{text.panel.loading}</p>;
  return (
    <>
      <LetterText section={section} label={text.panel.section({ now: part + 1, of: opinion.sections.length })} />
      <Turning part={part} of={opinion.sections.length} onPart={onPart} />
    </>
  );
}

/** One part. It scrolls in itself, so that faces and buttons stay; so it takes the focus of a keyboard. */
export function LetterText({ section, label }: { section: Section; label: string }) {
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (region.current) region.current.scrollTop = 0;
  }, [section.id]);
  return (
    <div ref={region} class="letter" tabIndex={0} role="region" aria-label={`${section.heading}. ${label}`}>
      <h2>{section.heading}</h2>
      {section.paragraphs.map((paragraph, index) => (
        <p key={index}>{paragraph}</p>
      ))}
    </div>
  );
}

export function Turning({ part, of, onPart }: { part: number; of: number; onPart: (part: number) => void }) {
  return (
    <div class="turning">
      <Button kind="plain" icon="back" disabled={part === 0} onClick={() => onPart(part - 1)}>
        {text.panel.previous}
      </Button>
      <p class="quiet" aria-live="polite">
        {text.panel.section({ now: part + 1, of })}
      </p>
      <Button kind="plain" disabled={part + 1 >= of} onClick={() => onPart(part + 1)}>
        {text.panel.next}
      </Button>
    </div>
  );
}
